"""Ranks the tokens by comparing each with every other

For the TA: A table of vocab * vocab comparisons: right, and for 50,257 tokens 2.5 thousand million entries for each row.

For the student: How many numbers does your largest tensor hold for a vocabulary of 50,257?
"""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must be greater than 0 and at most 1, got {p}")
    _check_logits(logits)
    probabilities = _probabilities(logits)
    ids = torch.arange(probabilities.shape[-1])
    own, other = probabilities[:, :, None], probabilities[:, None, :]
    ahead = (other > own) | ((other == own) & (ids < ids[:, None]))
    mass_ahead = (ahead * other).sum(dim=-1)
    kept = probabilities.masked_fill(mass_ahead >= p, 0.0)
    return torch.multinomial(kept, 1, generator=generator).reshape(logits.shape[:-1])
