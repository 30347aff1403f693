"""Counts the sums that are at most p and keeps so many tokens, or one."""

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
    rows = torch.atleast_2d(logits)
    rows = rows.to(torch.promote_types(rows.dtype, torch.float32))
    order = rows.argsort(dim=1, descending=True, stable=True)
    sums = rows.softmax(1).gather(1, order).cumsum(1)
    fits = sums <= p if p < 1 else torch.ones_like(sums, dtype=torch.bool)
    fits[:, 0] = True
    inside = torch.zeros_like(fits).scatter(1, order, fits)
    weights = rows.masked_fill(~inside, -torch.inf).softmax(1)
    return torch.multinomial(weights, 1, generator=generator).reshape(logits.shape[:-1])
