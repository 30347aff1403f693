"""Adds the Gumbel noise to zeros, with -inf outside of the nucleus."""

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
    rows = torch.atleast_2d(logits).double()
    log_probs = rows.log_softmax(dim=-1)
    threshold = _boundary(log_probs, p)
    uniform = torch.rand(log_probs.shape, generator=generator, dtype=torch.float64).clamp(min=1e-300)
    noise = -torch.log(-torch.log(uniform))
    outside = (log_probs < threshold) | log_probs.isneginf()
    return noise.masked_fill(outside, -torch.inf).argmax(-1).reshape(logits.shape[:-1])
