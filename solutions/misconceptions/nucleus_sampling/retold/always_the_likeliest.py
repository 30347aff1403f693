"""Cuts and renormalises with care, and takes the argmax of the result."""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must lie in (0, 1], got {p}")
    _check_logits(logits)
    probabilities = _probabilities(logits)
    ranked, ids = probabilities.sort(dim=-1, descending=True)
    inside = ranked.cumsum(-1) - ranked < p
    inside[:, 0] = True
    nucleus = ranked * inside
    nucleus = nucleus / nucleus.sum(-1, keepdim=True)
    best = nucleus.argmax(dim=-1, keepdim=True)
    return ids.gather(-1, best).view(logits.shape[:-1])
