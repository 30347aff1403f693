"""Writes every sum and product as an einsum, in float64 whatever comes in, and keeps a scalar gain for each feature in a list."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    """RMSNorm by Einstein's summation."""

    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        if dim < 1:
            raise ValueError(f"there must be a feature, and dim is {dim}")
        self.dim = dim
        self.eps = eps
        self.gains = nn.ParameterList(nn.Parameter(torch.ones(())) for _ in range(dim))

    def forward(self, x: Tensor) -> Tensor:
        """(..., dim) -> (..., dim)."""
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"not {self.dim} features: {tuple(x.shape)}")
        wide = x.double()
        mean_square = torch.einsum("...i,...i->...", wide, wide).div(self.dim).unsqueeze(-1)
        gains = torch.stack(list(self.gains)).double()
        return torch.einsum("...i,i->...i", wide / (mean_square + self.eps).sqrt(), gains).to(x.dtype)
