"""Draws all rows with the same random number

For the TA: One uniform number for the batch: equal rows always get equal tokens.

For the student: Feed a hundred equal rows with uniform logits.
"""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must be greater than 0 and at most 1, got {p}")
    _check_logits(logits)
    probabilities = _probabilities(logits)
    ranked, ids = probabilities.sort(dim=-1, descending=True)
    sums = ranked.cumsum(dim=-1)
    ranked = ranked.masked_fill(sums - ranked >= p, 0.0)
    kept = ranked.cumsum(dim=-1)
    height = torch.rand(1, generator=generator, dtype=kept.dtype) * kept[:, -1:]
    places = torch.searchsorted(kept, height, right=True)
    return ids.gather(-1, places).reshape(logits.shape[:-1])
