"""Takes the 64 likeliest tokens, then four times as many, until they hold p in every row; returns a tensor of one element for one row."""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None, first: int = 64) -> Tensor:
    """(vocab,) -> (1,), (batch, vocab) -> (batch,)."""
    if p <= 0.0 or p > 1.0:
        raise ValueError(f"p must satisfy 0 < p <= 1, got {p}")
    if logits.ndim not in (1, 2) or 0 in logits.shape[-1:]:
        raise ValueError(f"one or two dimensions with a token at least, got {tuple(logits.shape)}")
    rows = torch.atleast_2d(logits)
    rows = rows.to(torch.promote_types(rows.dtype, torch.float32))
    total = rows.logsumexp(dim=-1, keepdim=True)
    if not bool(total.isfinite().all()):
        raise ValueError("a row has NaN, +inf or no finite logit")
    vocab, size = rows.shape[1], first
    while True:
        top, ids = rows.topk(min(size, vocab), dim=-1)
        chances = (top - total).exp()
        sums = chances.cumsum(dim=-1)
        if size >= vocab or bool((sums[:, -1] >= p).all()):
            break
        size *= 4
    crossing = (sums < p).sum(dim=-1, keepdim=True)  # its place, or one behind the last where rounding keeps the sum below p
    inside = torch.arange(chances.shape[1]) <= crossing
    choice = torch.multinomial(chances * inside, 1, generator=generator)
    return torch.take_along_dim(ids, choice, dim=-1)[:, 0]
