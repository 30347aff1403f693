"""Rolls the mask of the sums below p by one, to let the crossing token in."""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must lie in (0, 1], got {p}")
    _check_logits(logits)
    ranked, ids = _probabilities(logits).sort(dim=-1, descending=True)
    below = ranked.cumsum(dim=-1) < p
    keep = below.roll(1, dims=-1)
    chosen = torch.multinomial(ranked * keep, 1, generator=generator)
    return ids.gather(-1, chosen).reshape(logits.shape[:-1])
