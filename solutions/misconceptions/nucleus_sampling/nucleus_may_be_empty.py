"""Masks every token whose sum is above p, the first one too

For the TA: sums > p without any exception: where the likeliest token alone has more than p nothing is left, and multinomial fails.

For the student: What is left of your nucleus when one token has the probability 0.99?
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
    ranked = ranked.masked_fill(sums > p, 0.0)
    places = torch.multinomial(ranked, 1, generator=generator)
    return ids.gather(-1, places).reshape(logits.shape[:-1])
