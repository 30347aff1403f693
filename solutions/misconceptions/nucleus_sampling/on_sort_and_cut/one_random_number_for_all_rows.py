"""One height for the whole batch"""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if p <= 0 or p > 1:
        raise ValueError(f"p has to be in (0, 1] but is {p}")
    if logits.ndim not in (1, 2) or logits.size(-1) == 0:
        raise ValueError(f"bad shape of logits: {tuple(logits.shape)}")
    if torch.isnan(logits).any() or not torch.isfinite(logits.max(-1).values).all():
        raise ValueError("logits with NaN, or a row without a finite entry")
    wide = logits if logits.dtype == torch.float64 else logits.float()
    probs, ids = torch.sort(torch.softmax(wide, -1), dim=-1, descending=True)
    before = torch.cumsum(probs, -1) - probs
    kept = probs.masked_fill(before >= p, 0.0)
    sums = kept.cumsum(-1)
    height = torch.rand((), generator=generator, dtype=sums.dtype) * sums[..., -1:]
    place = torch.searchsorted(sums, height, right=True).clamp(max=sums.shape[-1] - 1)
    return ids.gather(-1, place).squeeze(-1)
