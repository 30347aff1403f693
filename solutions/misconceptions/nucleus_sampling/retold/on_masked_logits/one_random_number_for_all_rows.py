"""Draws one height with rand(1) and finds it in the ladder of each row."""

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
    work = torch.atleast_2d(logits)
    work = work.to(torch.promote_types(work.dtype, torch.float32))
    ranked, order = work.softmax(dim=1).sort(dim=1, descending=True, stable=True)
    ladder = torch.where(ranked.cumsum(1) - ranked < p, ranked, 0.0).cumsum(1)
    height = torch.rand(1, generator=generator, dtype=ladder.dtype)
    place = torch.searchsorted(ladder, height * ladder[:, -1:], right=True).clamp(max=ladder.shape[1] - 1)
    return order.gather(1, place).reshape(logits.shape[:-1])
