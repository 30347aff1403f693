"""Draws from all tokens and returns the likeliest when the draw falls outside

For the TA: The mass of the tail goes to the top token instead of being shared in proportion.

For the student: Where does the probability of the tokens that were cut off go?
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
    places = torch.multinomial(ranked, 1, generator=generator)
    places = places.masked_fill((sums - ranked).gather(-1, places) >= p, 0)
    return ids.gather(-1, places).reshape(logits.shape[:-1])
