"""Walks through the vocabulary in Python until the sum reaches p

For the TA: A loop with .item(): right, and minutes for a wide nucleus over 50,257 tokens.

For the student: How many rounds does your loop make when all tokens are about equally likely?
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
    for row in range(len(ranked)):
        total = 0.0
        for place in range(ranked.shape[1]):
            if total >= p:
                ranked[row, place:] = 0.0
                break
            total += ranked[row, place].item()
    places = torch.multinomial(ranked, 1, generator=generator)
    return ids.gather(-1, places).reshape(logits.shape[:-1])
