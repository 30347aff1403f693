"""Moves the features to the front, so that gain and root mean square broadcast without keepdim, and moves them back."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    """RMSNorm on a (dim, number of vectors) matrix."""

    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        if not dim > 0:
            raise ValueError(f"dim: {dim}")
        self.eps = eps
        self.gamma = nn.Parameter(torch.ones(dim, 1))

    def forward(self, x: Tensor) -> Tensor:
        """(..., dim) -> (..., dim)."""
        dim = self.gamma.shape[0]
        if x.dim() < 1 or x.shape[-1] != dim:
            raise ValueError(f"input of shape {list(x.shape)} does not end with dim={dim}")
        columns = x.reshape(-1, dim).T.to(torch.promote_types(torch.float32, x.dtype))  # (dim, vectors)
        size = torch.sqrt(columns.pow(2).sum(0).div(dim).add(self.eps))  # (vectors,)
        return (columns / size * self.gamma).T.reshape(x.shape).to(x.dtype)
