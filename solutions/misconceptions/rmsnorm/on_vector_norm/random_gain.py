"""Gains between 0 and 1 at the start"""

from __future__ import annotations

import torch
from torch import nn


class RMSNorm(nn.Module):
    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        if dim < 1:
            raise ValueError(f"dim={dim} should be positive")
        self.dim = dim
        self.eps = eps
        self.scale = nn.Parameter(torch.rand(dim))
