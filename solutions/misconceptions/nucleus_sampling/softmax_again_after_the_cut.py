"""Takes a softmax of the probabilities that were kept

For the TA: The kept probabilities go through a second softmax before the draw: a probability of 0 becomes exp(0), and the rest is
nearly uniform.

For the student: What does softmax make of the numbers (0.4, 0.3, 0.15, 0, 0)?
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
    ranked = torch.softmax(ranked, dim=-1)
    places = torch.multinomial(ranked, 1, generator=generator)
    return ids.gather(-1, places).reshape(logits.shape[:-1])
