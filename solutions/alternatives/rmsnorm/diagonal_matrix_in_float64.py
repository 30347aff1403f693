"""Computes in float64 whatever comes in, and multiplies by the gains as by a diagonal matrix; the dimensions in front are flattened."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    """RMSNorm as two products of matrices."""

    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        if dim < 1:
            raise ValueError(f"there is no vector of dim={dim}")
        self.dim, self.eps = dim, eps
        self.diagonal = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        """(..., dim) -> (..., dim)."""
        *front, last = x.shape or (0,)
        if last != self.dim:
            raise ValueError(f"vectors of {last} numbers where {self.dim} were expected")
        vectors = x.reshape(-1, 1, last).double()  # (vectors, 1, dim)
        mean_square = torch.bmm(vectors, vectors.transpose(1, 2)) / last  # (vectors, 1, 1)
        normal = (vectors / (mean_square + self.eps).sqrt()).squeeze(1)
        return (normal @ torch.diag(self.diagonal.double())).reshape(*front, last).to(x.dtype)
