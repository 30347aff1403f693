"""Terse: no mask and no second normalisation; a height below the crossing token's sum is looked up in the sorted sums."""

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    """(vocab,) -> 0-d, (batch, vocab) -> (batch,)."""
    if not 0 < p <= 1:
        raise ValueError(f"p={p}")
    if logits.dim() not in (1, 2) or not logits.shape[-1] or not logits.amax(-1).isfinite().all():
        raise ValueError(f"logits {tuple(logits.shape)}, maxima {logits.amax(-1) if logits.numel() else None}")
    q, ids = logits.double().softmax(-1).sort(-1, True)
    s = q.cumsum(-1)
    top = s.gather(-1, torch.searchsorted(s, torch.full_like(s[..., :1], p)).clamp(max=s.shape[-1] - 1))
    u = torch.rand(top.shape, dtype=s.dtype, generator=generator)
    return ids.gather(-1, torch.searchsorted(s, u * top, right=True)).squeeze(-1)
