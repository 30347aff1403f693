"""Does not share out the mass that was cut off

For the TA: A height between 0 and 1 is looked up in sums that end at the nucleus's mass: whatever lies above goes to the last token kept.

For the student: What do the probabilities inside your nucleus add up to when you draw? With p = 0.8 in the handout's example, how often
does token 4 come?
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
    last = (sums - ranked < p).sum(dim=-1, keepdim=True) - 1
    height = torch.rand(len(sums), 1, generator=generator, dtype=sums.dtype)
    places = torch.minimum(torch.searchsorted(sums, height, right=True), last)
    return ids.gather(-1, places).reshape(logits.shape[:-1])
