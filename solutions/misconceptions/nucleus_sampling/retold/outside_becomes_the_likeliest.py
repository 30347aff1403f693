"""Samples the whole distribution, and falls back on the argmax."""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must lie in (0, 1], got {p}")
    _check_logits(logits)
    probabilities = _probabilities(logits)
    drawn = torch.multinomial(probabilities, 1, generator=generator)
    heavier = probabilities > probabilities.gather(-1, drawn)
    inside = (probabilities * heavier).sum(dim=-1, keepdim=True) < p
    best = probabilities.argmax(dim=-1, keepdim=True)
    return torch.where(inside, drawn, best).reshape(logits.shape[:-1])
