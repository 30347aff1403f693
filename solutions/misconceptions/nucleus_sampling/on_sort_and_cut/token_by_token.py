"""Walks through each row's list of probabilities."""

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
    kept = probs.clone()
    for row in kept.view(-1, kept.size(-1)):
        total = 0.0
        for place, prob in enumerate(row.tolist()):
            if total >= p:
                row[place:] = 0.0
                break
            total += prob
    place = torch.multinomial(kept, 1, generator=generator)
    return ids.gather(-1, place).squeeze(-1)
