"""Cuts every row where the first row is cut

For the TA: The size of the first row's nucleus is used for the whole batch.

For the student: Feed a batch of a confident and an unsure row, in both orders.
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
    size = int((sums[0] < p).sum()) + 1
    ranked = torch.cat([ranked[:, :size], torch.zeros_like(ranked[:, size:])], dim=-1)
    places = torch.multinomial(ranked, 1, generator=generator)
    return ids.gather(-1, places).reshape(logits.shape[:-1])
