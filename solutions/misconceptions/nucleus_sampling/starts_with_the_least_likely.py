"""Adds up from the least likely token

For the TA: sort() without descending=True: the nucleus is made of the tail.

For the student: Print your ranking for the handout's example. Which token comes first?
"""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must be greater than 0 and at most 1, got {p}")
    _check_logits(logits)
    probabilities = _probabilities(logits)
    ranked, ids = probabilities.sort(dim=-1)
    sums = ranked.cumsum(dim=-1)
    ranked = ranked.masked_fill(sums - ranked >= p, 0.0)
    places = torch.multinomial(ranked, 1, generator=generator)
    return ids.gather(-1, places).reshape(logits.shape[:-1])
