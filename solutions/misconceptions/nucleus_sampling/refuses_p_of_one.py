"""Takes p = 1 for an error

For the TA: Refuses p = 1 together with what is above it, though p = 1 keeps every token.

For the student: Which tokens are in the nucleus for p = 0.999, and which should be in it for p = 1?
"""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p < 1:
        raise ValueError(f"p must be between 0 and 1, got {p}")
    _check_logits(logits)
    probabilities = _probabilities(logits)
    ranked, ids = probabilities.sort(dim=-1, descending=True)
    ranked = ranked.masked_fill(ranked.cumsum(dim=-1) - ranked >= p, 0.0)
    places = torch.multinomial(ranked, 1, generator=generator)
    return ids.gather(-1, places).reshape(logits.shape[:-1])
