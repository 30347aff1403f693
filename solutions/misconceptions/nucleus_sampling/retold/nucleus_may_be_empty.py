"""Zeroes whatever lies behind a sum above p."""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must lie in (0, 1], got {p}")
    _check_logits(logits)
    ranked, ids = _probabilities(logits).sort(dim=-1, descending=True)
    ranked[ranked.cumsum(dim=-1) > p] = 0.0
    nucleus = ranked / ranked.sum(dim=-1, keepdim=True)
    return ids.gather(-1, torch.multinomial(nucleus, 1, generator=generator)).reshape(logits.shape[:-1])
