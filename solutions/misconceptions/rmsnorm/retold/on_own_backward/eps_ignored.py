"""Writes the recommended eps into the formula; the constructor's is accepted and forgotten."""

from __future__ import annotations

import torch
from torch import Tensor, nn

EPSILON = 1e-5


class RMSNorm(nn.Module):
    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        if dim < 1:
            raise ValueError(f"cannot normalise vectors of {dim} entries")
        self.dim = dim
        self.gain = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        """(..., dim) -> (..., dim)."""
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"made for vectors of {self.dim} entries, and got {tuple(x.shape)}")
        wide = x if x.dtype == torch.float64 else x.float()
        return _Normalise.apply(wide, EPSILON).to(x.dtype) * self.gain
