"""Sets the logits outside the nucleus to 0

For the TA: The logits are multiplied by the mask. A logit of 0 is no probability of 0, and -inf times 0 is NaN.

For the student: Which logit belongs to the probability zero?
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
    inside = torch.zeros_like(sums).scatter_(-1, ids, (sums - ranked < p).to(sums.dtype))
    left = _probabilities(logits.reshape(inside.shape) * inside)
    return torch.multinomial(left, 1, generator=generator).reshape(logits.shape[:-1])
