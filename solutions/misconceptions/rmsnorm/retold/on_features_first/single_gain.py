"""A gain of shape (1, 1) for the matrix of columns."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        if dim < 1:
            raise ValueError(f"dim: {dim}")
        self.dim = dim
        self.eps = eps
        self.gamma = nn.Parameter(torch.ones(1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """(..., dim) -> (..., dim)."""
        if x.dim() < 1 or x.shape[-1] != self.dim:
            raise ValueError(f"input of shape {list(x.shape)} does not end with dim={self.dim}")
        columns = x.reshape(-1, self.dim).T.to(torch.promote_types(torch.float32, x.dtype))
        root = columns.pow(2).mean(dim=0).add(self.eps).sqrt()
        return (self.gamma * columns / root).T.reshape(x.shape).to(x.dtype)
