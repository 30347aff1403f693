"""Keeps the sorted tokens while the sum is below p."""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must lie in (0, 1], got {p}")
    _check_logits(logits)
    ranked, ids = _probabilities(logits).sort(dim=-1, descending=True)
    keep = ranked.cumsum(dim=-1) < p
    if p == 1:
        keep = torch.ones_like(keep)
    keep[:, 0] = True
    nucleus = ranked * keep
    place = torch.multinomial(nucleus / nucleus.sum(-1, keepdim=True), 1, generator=generator)
    return ids.gather(-1, place)[:, 0].reshape(logits.shape[:-1])
