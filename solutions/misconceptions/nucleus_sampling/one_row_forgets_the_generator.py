"""Loses the generator on the way from one row to a batch of one

For the TA: A vector of logits is handed on as a batch of one, without generator=: it is drawn from the global one.

For the student: Draw twice for one vector of logits, from generators in the same state. Does each call pass the generator on?
"""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must be greater than 0 and at most 1, got {p}")
    _check_logits(logits)
    if logits.dim() == 1:
        return nucleus_sampling(logits.unsqueeze(0), p)[0]
    probabilities = _probabilities(logits)
    ranked, ids = probabilities.sort(dim=-1, descending=True)
    ranked = ranked.masked_fill(ranked.cumsum(dim=-1) - ranked >= p, 0.0)
    places = torch.multinomial(ranked, 1, generator=generator)
    return ids.gather(-1, places).reshape(logits.shape[:-1])
