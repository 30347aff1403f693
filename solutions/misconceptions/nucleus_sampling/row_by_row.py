"""Loops over the rows of the batch in Python

For the TA: Right tokens, twenty times the operations.

For the student: Which of your operations could work on the last dimension of a matrix?
"""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must be greater than 0 and at most 1, got {p}")
    _check_logits(logits)
    probabilities = _probabilities(logits)
    tokens = []
    for row in probabilities:
        ranked, ids = row.sort(descending=True)
        ranked = ranked.masked_fill(ranked.cumsum(dim=-1) - ranked >= p, 0.0)
        tokens.append(ids[torch.multinomial(ranked, 1, generator=generator)])
    return torch.stack(tokens).reshape(logits.shape[:-1])
