"""Accepts any p and any logits

For the TA: No check of the arguments: p = 0 or 1.5 quietly does something.

For the student: What does your function do for p = 0, p = 1.5, or an empty vector?
"""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    probabilities = _probabilities(logits)
    ranked, ids = probabilities.sort(dim=-1, descending=True)
    sums = ranked.cumsum(dim=-1)
    ranked = torch.cat([ranked[:, :1], ranked[:, 1:].masked_fill((sums - ranked)[:, 1:] >= p, 0.0)], dim=-1)
    places = torch.multinomial(ranked, 1, generator=generator)
    return ids.gather(-1, places).reshape(logits.shape[:-1])
