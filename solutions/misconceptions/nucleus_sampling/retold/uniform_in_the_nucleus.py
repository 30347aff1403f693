"""Draws a rank below the size of the nucleus."""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must lie in (0, 1], got {p}")
    _check_logits(logits)
    ranked, ids = _probabilities(logits).sort(dim=-1, descending=True)
    inside = ((ranked.cumsum(-1) - ranked) < p) & (ranked > 0)
    inside[:, 0] = True
    size = inside.sum(dim=-1)
    height = torch.rand(len(size), generator=generator, dtype=torch.float64)
    rank = (height * size).long()
    return ids.gather(-1, rank.unsqueeze(-1)).reshape(logits.shape[:-1])
