"""Keeps the tokens whose own probability is at least 1 - p

For the TA: A threshold on each token instead of on the running sum (a cousin of min-p).

For the student: With 100 equally likely tokens and p = 0.5, how many does your nucleus hold?
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
    ranked = torch.cat([ranked[:, :1], ranked[:, 1:].masked_fill(ranked[:, 1:] < 1 - p, 0.0)], dim=-1)
    places = torch.multinomial(ranked, 1, generator=generator)
    return ids.gather(-1, places).reshape(logits.shape[:-1])
