"""Adds a bias that starts at random

For the TA: A bias is allowed where it starts at zero; this one starts as torch.randn, so that a new module shifts every vector.

For the student: What should a new module do to a vector of zeros?
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        if dim < 1:
            raise ValueError(f"dim must be at least 1, got {dim}")
        self.dim = dim
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))
        self.bias = nn.Parameter(torch.randn(dim))

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"the last dimension must be {self.dim}, got {tuple(x.shape)}")
        precise = x.to(torch.promote_types(x.dtype, torch.float32))
        mean_square = precise.square().mean(dim=-1, keepdim=True)
        return (precise * torch.rsqrt(mean_square + self.eps) * self.weight + self.bias).to(x.dtype)
