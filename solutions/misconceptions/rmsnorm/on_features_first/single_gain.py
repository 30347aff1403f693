"""A single factor for all columns"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        if not dim > 0:
            raise ValueError(f"dim: {dim}")
        self.dim = dim
        self.eps = eps
        self.gamma = nn.Parameter(torch.tensor(1.0))

    def forward(self, x: Tensor) -> Tensor:
        if x.dim() < 1 or x.shape[-1] != self.dim:
            raise ValueError(f"input of shape {list(x.shape)} does not end with dim={self.dim}")
        columns = x.reshape(-1, self.dim).T.to(torch.promote_types(torch.float32, x.dtype))
        size = torch.sqrt(columns.pow(2).sum(0).div(self.dim).add(self.eps))
        return (columns / size * self.gamma).T.reshape(x.shape).to(x.dtype)
