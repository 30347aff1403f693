"""Shifts the mask the wrong way and loses the likeliest token

For the TA: The mask is shifted left instead of right: the crossing token stays and the first one goes.

For the student: Which token can your function never return? Try probabilities 0.4, 0.3, 0.2, 0.1.
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
    outside = sums - ranked >= p
    outside[:, 0] = True
    outside[:, 1] = False
    ranked = ranked.masked_fill(outside, 0.0)
    places = torch.multinomial(ranked, 1, generator=generator)
    return ids.gather(-1, places).reshape(logits.shape[:-1])
