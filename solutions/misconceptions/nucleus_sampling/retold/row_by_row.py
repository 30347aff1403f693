"""A function for one row, and a comprehension for the batch."""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must lie in (0, 1], got {p}")
    _check_logits(logits)
    if logits.dim() == 1:
        return _sample_row(logits, p, generator)
    return torch.stack([_sample_row(row, p, generator) for row in logits])


def _sample_row(row: Tensor, p: float, generator: torch.Generator | None) -> Tensor:
    ranked, ids = _probabilities(row)[0].sort(descending=True)
    size = int((ranked.cumsum(0) < p).sum()) + 1
    place = torch.multinomial(ranked[:size], 1, generator=generator)
    return ids[place].squeeze(0)
