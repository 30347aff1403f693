"""Drops the ids that sort returns, and answers with the index that was drawn."""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if p <= 0 or p > 1:
        raise ValueError(f"p has to be in (0, 1] but is {p}")
    if logits.ndim not in (1, 2) or logits.size(-1) == 0:
        raise ValueError(f"bad shape of logits: {tuple(logits.shape)}")
    if torch.isnan(logits).any() or not torch.isfinite(logits.amax(-1)).all():
        raise ValueError("a row of logits holds NaN, or nothing finite")
    wide = logits if logits.dtype == torch.float64 else logits.float()
    ranked = torch.softmax(wide, -1).sort(dim=-1, descending=True).values
    sums = ranked.cumsum(-1)
    outside = torch.zeros_like(sums, dtype=torch.bool)
    outside[..., 1:] = sums[..., :-1] >= p
    drawn = torch.multinomial(ranked.masked_fill(outside, 0.0), 1, generator=generator)
    return drawn.squeeze(-1)
