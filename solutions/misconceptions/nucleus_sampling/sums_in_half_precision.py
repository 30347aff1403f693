"""Adds up bfloat16 probabilities in bfloat16

For the TA: Small probabilities vanish in the running sum, so the nucleus never fills and the whole tail stays in.

For the student: What is 0.25 + 0.0005 in bfloat16?
"""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must be greater than 0 and at most 1, got {p}")
    _check_logits(logits)
    probabilities = torch.softmax(logits.reshape(-1, logits.shape[-1]), dim=-1)
    ranked, ids = probabilities.sort(dim=-1, descending=True)
    sums = ranked.cumsum(dim=-1)
    ranked = ranked.masked_fill(sums - ranked >= p, 0.0)
    places = torch.multinomial(ranked, 1, generator=generator)
    return ids.gather(-1, places).reshape(logits.shape[:-1])
