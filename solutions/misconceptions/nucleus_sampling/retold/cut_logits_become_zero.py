"""Multiplies a copy of the logits with the mask and takes the softmax again."""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must lie in (0, 1], got {p}")
    _check_logits(logits)
    ranked, ids = _probabilities(logits).sort(dim=-1, descending=True)
    inside = (ranked.cumsum(-1) - ranked) < p
    inside[:, 0] = True
    wide = logits.reshape(ids.shape).to(ranked.dtype)
    kept = torch.where(inside, wide.gather(-1, ids), torch.zeros_like(wide))
    place = torch.multinomial(kept.softmax(dim=-1), 1, generator=generator)
    return ids.gather(-1, place).reshape(logits.shape[:-1])
