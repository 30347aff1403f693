"""Keeps the share p of all tokens instead of the mass p

For the TA: The p * vocab likeliest tokens, whatever their probabilities: a top-k in disguise.

For the student: How many tokens does your nucleus hold when one of five tokens has the probability 0.99 and p is 0.5?
"""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must be greater than 0 and at most 1, got {p}")
    _check_logits(logits)
    probabilities = _probabilities(logits)
    size = max(1, round(p * probabilities.shape[-1]))
    ranked, ids = probabilities.topk(size, dim=-1)
    places = torch.multinomial(ranked, 1, generator=generator)
    return ids.gather(-1, places).reshape(logits.shape[:-1])
