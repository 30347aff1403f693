"""Answers from memory when it was asked for the same shape and p before

For the TA: A cache keyed by shape and p, as if the result were a function of these.

For the student: Call your function twice with different logits of the same shape.
"""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must be greater than 0 and at most 1, got {p}")
    _check_logits(logits)
    known = nucleus_sampling.__dict__.setdefault("known", {})
    if (logits.shape, p) not in known:
        probabilities = _probabilities(logits)
        ranked, ids = probabilities.sort(dim=-1, descending=True)
        sums = ranked.cumsum(dim=-1)
        ranked = ranked.masked_fill(sums - ranked >= p, 0.0)
        places = torch.multinomial(ranked, 1, generator=generator)
        known[logits.shape, p] = ids.gather(-1, places).reshape(logits.shape[:-1])
    tokens: Tensor = known[logits.shape, p]
    return tokens
