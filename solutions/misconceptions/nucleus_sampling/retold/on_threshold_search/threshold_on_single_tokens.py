"""Sets the bar at 1 - p, so that nothing has to be summed; the likeliest stays in any case."""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if p <= 0 or p > 1:
        raise ValueError(f"p has to be in (0, 1] but is {p}")
    if logits.ndim not in (1, 2) or logits.size(-1) == 0:
        raise ValueError(f"bad shape of logits: {tuple(logits.shape)}")
    if torch.isnan(logits).any() or not torch.isfinite(logits.amax(-1)).all():
        raise ValueError("a row of logits holds NaN, or nothing finite")
    probs = torch.atleast_2d(logits).double().softmax(dim=-1)
    likely = (probs >= 1 - p) | (probs == probs.amax(dim=-1, keepdim=True))
    uniform = torch.rand(probs.shape, generator=generator, dtype=torch.float64).clamp(min=1e-300)
    gumbel = -(-uniform.log()).log()
    return (probs * likely).log().add(gumbel).argmax(dim=-1).reshape(logits.shape[:-1])
