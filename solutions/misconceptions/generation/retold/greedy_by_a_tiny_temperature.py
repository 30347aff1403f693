"""max(temperature, 1e-8) stands at the top of sample, and there is no branch for 0."""

from __future__ import annotations

import torch
from picollm.nucleus_sampling import nucleus_sampling
from torch import Tensor


def sample(
    logits: Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    if temperature < 0:
        raise ValueError(f"temperature={temperature} < 0")
    if top_k is not None and top_k not in range(1, logits.shape[-1] + 1):
        raise ValueError(f"top_k={top_k} is not between 1 and {logits.shape[-1]}")
    if top_p is not None and (top_p <= 0 or top_p > 1):
        raise ValueError(f"top_p={top_p} is not in (0, 1]")
    temperature = max(temperature, 1e-8)
    shifted = (logits - logits.amax(-1, keepdim=True)) / temperature
    if top_k is not None:
        outside = torch.ones_like(shifted, dtype=torch.bool)
        outside.scatter_(-1, shifted.topk(top_k).indices, False)
        shifted[outside] = -torch.inf
    return nucleus_sampling(shifted, top_p or 1.0, generator)
