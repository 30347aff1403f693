"""Ranks the 200 likeliest tokens only

For the TA: topk(200) for speed, or another fixed number: a wide nucleus loses its end.

For the student: How many tokens are in the nucleus if all of 50,257 are equally likely and p is 0.95?
"""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must be greater than 0 and at most 1, got {p}")
    _check_logits(logits)
    probabilities = _probabilities(logits)
    ranked, ids = probabilities.topk(min(200, probabilities.shape[-1]), dim=-1)
    ranked = ranked.masked_fill(ranked.cumsum(dim=-1) - ranked >= p, 0.0)
    places = torch.multinomial(ranked, 1, generator=generator)
    return ids.gather(-1, places).reshape(logits.shape[:-1])
