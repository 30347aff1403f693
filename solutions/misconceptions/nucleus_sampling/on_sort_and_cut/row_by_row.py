"""Calls itself for each row"""

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
    if logits.ndim == 2:
        return torch.stack([nucleus_sampling(row, p, generator) for row in logits])
    wide = logits if logits.dtype == torch.float64 else logits.float()
    probs, ids = torch.sort(torch.softmax(wide, -1), dim=-1, descending=True)
    before = torch.cumsum(probs, -1) - probs
    kept = probs.masked_fill(before >= p, 0.0)
    kept[..., 0] = probs[..., 0]
    place = torch.multinomial(kept, 1, generator=generator)
    return ids.gather(-1, place).squeeze(-1)
