"""Counts the tokens of the nucleus in row 0 and slices all rows there."""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must lie in (0, 1], got {p}")
    _check_logits(logits)
    ranked, ids = _probabilities(logits).sort(dim=-1, descending=True)
    size = int((ranked[0].cumsum(0) < p).sum()) + 1
    place = torch.multinomial(ranked[:, :size], 1, generator=generator)
    return ids[:, :size].gather(-1, place).reshape(logits.shape[:-1])
