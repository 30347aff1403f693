"""Writes -inf into the caller's logits

For the TA: In-place masking: right tokens, and the caller's tensor is spoiled.

For the student: Print the logits before and after the call.
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
    outside = torch.zeros_like(sums, dtype=torch.bool).scatter_(-1, ids, sums - ranked >= p).reshape(logits.shape)
    logits[outside] = -torch.inf
    ranked = ranked.masked_fill(sums - ranked >= p, 0.0)
    places = torch.multinomial(ranked, 1, generator=generator)
    return ids.gather(-1, places).reshape(logits.shape[:-1])
