"""exponential_ is called without the generator"""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not (p > 0 and p <= 1):
        raise ValueError(f"p={p} must be above 0 and at most 1")
    if logits.dim() not in {1, 2}:
        raise ValueError(f"logits with {logits.dim()} dimensions")
    if logits.shape[-1] == 0:
        raise ValueError("logits of no token")
    exact = logits.to(torch.float64)
    if exact.isnan().any() or (exact.max(dim=-1).values.abs() == torch.inf).any():
        raise ValueError("logits must not be NaN, and each row needs a finite maximum")
    weights = torch.exp(exact - exact.max(dim=-1, keepdim=True).values)
    rising, order = torch.sort(weights, dim=-1)
    below = torch.cumsum(rising, dim=-1)
    dropped = below <= (1 - p) * below[..., -1:]
    times = torch.empty_like(rising).exponential_() / rising
    first = times.masked_fill(dropped | (rising == 0), torch.inf).argmin(dim=-1, keepdim=True)
    return order.gather(-1, first).squeeze(-1)
