"""Writes the softmax as exp over the sum of exp."""

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
    ranked, ids = wide.sort(dim=-1, descending=True)
    odds = ranked.exp()
    probs = odds / odds.sum(dim=-1, keepdim=True)
    kept = probs * (probs.cumsum(-1) - probs < p)
    place = torch.multinomial(kept, 1, generator=generator)
    return ids.gather(-1, place).squeeze(-1)
