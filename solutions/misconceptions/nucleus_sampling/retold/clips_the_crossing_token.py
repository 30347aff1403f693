"""Lays the tokens end to end, throws a dart into [0, p), and returns the token that it hits."""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must lie in (0, 1], got {p}")
    _check_logits(logits)
    ranked, ids = _probabilities(logits).sort(dim=-1, descending=True)
    ends = ranked.cumsum(dim=-1)
    limit = ends[:, -1:].clamp(max=p)
    dart = torch.rand(ends.shape[0], 1, generator=generator, dtype=ends.dtype) * limit
    place = torch.searchsorted(ends, dart, right=True).clamp(max=ends.shape[1] - 1)
    return ids.gather(-1, place).reshape(logits.shape[:-1])
