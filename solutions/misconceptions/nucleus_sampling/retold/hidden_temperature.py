"""Sharpens the logits by a constant before everything else, because the samples looked too wild."""

from __future__ import annotations

import torch
from torch import Tensor

TEMPERATURE = 0.7


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must lie in (0, 1], got {p}")
    _check_logits(logits)
    sharpened = logits.to(torch.promote_types(logits.dtype, torch.float32)) / TEMPERATURE
    ranked, ids = _probabilities(sharpened).sort(dim=-1, descending=True)
    outside = (ranked.cumsum(-1) - ranked) >= p
    outside[:, 0] = False
    place = torch.multinomial(ranked.masked_fill(outside, 0), 1, generator=generator)
    return ids.gather(-1, place).reshape(logits.shape[:-1])
