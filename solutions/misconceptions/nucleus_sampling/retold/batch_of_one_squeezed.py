"""Squeezes the drawn column with squeeze(), which takes every dimension of size 1."""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must lie in (0, 1], got {p}")
    _check_logits(logits)
    ranked, ids = _probabilities(logits).sort(dim=-1, descending=True)
    before = torch.cumsum(ranked, dim=-1) - ranked
    weights = torch.where(before < p, ranked, 0.0)
    weights[:, 0] = ranked[:, 0]
    picked = torch.multinomial(weights, num_samples=1, generator=generator)
    return ids.gather(1, picked).squeeze()
