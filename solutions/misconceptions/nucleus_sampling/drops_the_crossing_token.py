"""Drops the token with which the sum crosses p

For the TA: The commonest error: sums > p is masked, which cuts off the token that would have completed the nucleus. With a confident
model nothing is left but a fallback.

For the student: In the handout's example with p = 0.8, what is the mass of your nucleus? It has to be at least p.
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
    ranked = torch.cat([ranked[:, :1], ranked[:, 1:].masked_fill(sums[:, 1:] > p, 0.0)], dim=-1)
    places = torch.multinomial(ranked, 1, generator=generator)
    return ids.gather(-1, places).reshape(logits.shape[:-1])
