"""Takes the likeliest token where there is a single row

For the TA: argmax for (vocab,), or for a batch of one; larger batches are drawn.

For the student: Call your function a hundred times for one vector of logits. How many different tokens come?
"""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must be greater than 0 and at most 1, got {p}")
    _check_logits(logits)
    if logits.dim() == 1 or len(logits) == 1:
        return logits.argmax(dim=-1)
    probabilities = _probabilities(logits)
    ranked, ids = probabilities.sort(dim=-1, descending=True)
    ranked = ranked.masked_fill(ranked.cumsum(dim=-1) - ranked >= p, 0.0)
    places = torch.multinomial(ranked, 1, generator=generator)
    return ids.gather(-1, places).reshape(logits.shape[:-1])
