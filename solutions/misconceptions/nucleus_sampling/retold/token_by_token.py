"""Goes down the ranking rank by rank, with a running sum for each row, until all rows have enough."""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must lie in (0, 1], got {p}")
    _check_logits(logits)
    ranked, ids = _probabilities(logits).sort(dim=-1, descending=True)
    weights = torch.zeros_like(ranked)
    mass = torch.zeros_like(ranked[:, 0])
    for rank in range(ranked.shape[1]):
        wanting = mass < p
        if not wanting.any():
            break
        weights[:, rank] = ranked[:, rank] * wanting
        mass = mass + weights[:, rank]
    place = torch.multinomial(weights, 1, generator=generator)
    return ids.gather(-1, place).reshape(logits.shape[:-1])
