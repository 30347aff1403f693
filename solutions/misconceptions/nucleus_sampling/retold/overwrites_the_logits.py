"""Marks the tail with -inf by an assignment into the argument."""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must lie in (0, 1], got {p}")
    _check_logits(logits)
    probabilities = _probabilities(logits)
    ranked, ids = probabilities.sort(dim=-1, descending=True)
    cut = (ranked.cumsum(-1) - ranked) >= p
    cut[:, 0] = False
    tail = torch.zeros_like(cut).scatter(-1, ids, cut)
    logits[tail.reshape(logits.shape)] = float("-inf")
    picked = torch.multinomial(_probabilities(logits), 1, generator=generator)
    return picked.reshape(logits.shape[:-1])
