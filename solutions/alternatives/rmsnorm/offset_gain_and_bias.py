"""Stores the gain as its distance from 1, as some large models do, and has a bias that starts at zero."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    """RMSNorm whose parameters all start at zero."""

    def __init__(self, dim: int, eps: float = 1e-5, bias: bool = True) -> None:
        super().__init__()
        if dim <= 0:
            raise ValueError(f"dim must be at least 1, not {dim}")
        self.eps = eps
        self.g = nn.Parameter(torch.zeros(dim))
        self.b = nn.Parameter(torch.zeros(dim)) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        """(..., dim) -> (..., dim)."""
        if x.shape[-1] != self.g.numel():
            raise ValueError(f"the last dimension must be {self.g.numel()}, not {x.shape[-1]}")
        z = x if x.dtype in (torch.float32, torch.float64) else x.to(torch.float32)
        z = z / torch.sqrt(torch.mean(z * z, -1, True) + self.eps)
        z = z + z * self.g.to(z.dtype)
        if self.b is not None:
            z = z + self.b
        return z.to(x.dtype)
