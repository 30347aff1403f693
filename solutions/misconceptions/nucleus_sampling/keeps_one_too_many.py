"""Keeps one token more than the nucleus

For the TA: The sum reaches p, and the next token is taken as well: the repair of a dropped boundary applied twice.

For the student: For p = 0.3 in the handout's example, how many tokens do you keep?
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
    size = (sums < p).sum(dim=-1, keepdim=True) + 2
    ranked = ranked.masked_fill(torch.arange(ranked.shape[-1]) >= size, 0.0)
    places = torch.multinomial(ranked, 1, generator=generator)
    return ids.gather(-1, places).reshape(logits.shape[:-1])
