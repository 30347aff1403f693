"""Draws from the global generator besides the given one

For the TA: A first draw, thrown away or used for ties, has no generator=: the global one moves on although another was given.

For the student: Which of your calls that draw get the generator?
"""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must be greater than 0 and at most 1, got {p}")
    _check_logits(logits)
    logits = logits + 1e-6 * torch.rand(logits.shape).to(logits.dtype)
    probabilities = _probabilities(logits)
    ranked, ids = probabilities.sort(dim=-1, descending=True)
    ranked = ranked.masked_fill(ranked.cumsum(dim=-1) - ranked >= p, 0.0)
    places = torch.multinomial(ranked, 1, generator=generator)
    return ids.gather(-1, places).reshape(logits.shape[:-1])
