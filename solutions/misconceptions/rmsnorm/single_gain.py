"""Has one gain for the whole vector

For the TA: A scalar parameter. At the start all gains are 1, so only training or random parameters show it.

For the student: How many numbers does your module learn? How many features does a vector have?
"""

from __future__ import annotations

import torch
from torch import nn


class RMSNorm(nn.Module):
    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        if dim < 1:
            raise ValueError(f"dim must be at least 1, got {dim}")
        self.dim = dim
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(1))
