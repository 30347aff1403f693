"""Takes exponentials of the logits without subtracting the largest

For the TA: exp(1e4) is infinite, infinite divided by infinite is NaN.

For the student: What is exp(1000) in float32, and how can a softmax avoid it?
"""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must be greater than 0 and at most 1, got {p}")
    _check_logits(logits)
    probabilities = logits.reshape(-1, logits.shape[-1]).to(torch.promote_types(logits.dtype, torch.float32)).exp()
    probabilities = probabilities / probabilities.sum(dim=-1, keepdim=True)
    ranked, ids = probabilities.sort(dim=-1, descending=True)
    sums = ranked.cumsum(dim=-1)
    ranked = ranked.masked_fill(sums - ranked >= p, 0.0)
    places = torch.multinomial(ranked, 1, generator=generator)
    return ids.gather(-1, places).reshape(logits.shape[:-1])
