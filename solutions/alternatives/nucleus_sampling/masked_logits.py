"""Ranks the tokens, sets the logits outside the nucleus to -inf in a copy, and inverts the cumulative sum in the order of ids."""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None, min_tokens: int = 1) -> Tensor:
    """(vocab,) -> a tensor of one element, (batch, vocab) -> (batch,)."""
    if not 0.0 < p <= 1.0:
        raise ValueError(f"top-p must lie in (0, 1], not at {p}")
    if logits.dim() == 1:
        return nucleus_sampling(logits[None], p, generator, min_tokens)
    if logits.dim() != 2 or logits.shape[1] == 0:
        raise ValueError(f"unexpected shape {tuple(logits.shape)}")
    work = logits.to(torch.promote_types(logits.dtype, torch.float32))
    if bool(work.isnan().any() | (work == torch.inf).any() | (work == -torch.inf).all(dim=1).any()):
        raise ValueError("each row needs a finite logit, and none may be NaN or infinite")
    probabilities = torch.softmax(work, dim=1)
    order = probabilities.argsort(dim=1, descending=True, stable=True)
    sums = probabilities.gather(1, order).cumsum(1)
    size = ((sums < p).sum(1, keepdim=True) + 1).clamp(min_tokens, logits.shape[1])  # of the nucleus
    rank = torch.empty_like(order).scatter_(1, order, torch.arange(order.shape[1]).expand_as(order))
    weights = torch.softmax(work.masked_fill(rank >= size, -torch.inf), dim=1)
    ladder = weights.cumsum(1)
    height = torch.rand(len(ladder), 1, generator=generator, dtype=ladder.dtype) * ladder[:, -1:]
    return torch.searchsorted(ladder, height, right=True).clamp(max=ladder.shape[1] - 1).squeeze(1)
