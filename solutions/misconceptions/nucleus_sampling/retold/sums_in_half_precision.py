"""Sorts and sums what softmax returns for the logits as they come."""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must lie in (0, 1], got {p}")
    _check_logits(logits)
    probabilities = torch.softmax(logits.reshape(-1, logits.shape[-1]), dim=-1)
    ranked, ids = torch.sort(probabilities, dim=-1, descending=True)
    sums = ranked.cumsum(dim=-1)
    size = (sums < p).sum(dim=-1, keepdim=True) + 1
    outside = torch.arange(ranked.shape[-1]) >= size
    place = torch.multinomial(ranked.masked_fill(outside, 0.0).float(), 1, generator=generator)
    return ids.gather(-1, place).reshape(logits.shape[:-1])
