"""Returns the place in the ranking instead of the token's id

For the TA: After sorting, the drawn index belongs to the sorted list and was not mapped back.

For the student: If the likeliest token has the id 7, what does your function return most often?
"""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must be greater than 0 and at most 1, got {p}")
    _check_logits(logits)
    probabilities = _probabilities(logits)
    ranked, _ = probabilities.sort(dim=-1, descending=True)
    sums = ranked.cumsum(dim=-1)
    ranked = ranked.masked_fill(sums - ranked >= p, 0.0)
    return torch.multinomial(ranked, 1, generator=generator).reshape(logits.shape[:-1])
