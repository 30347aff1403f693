"""Xavier's normal numbers for a column of gains"""

from __future__ import annotations

import torch
from torch import nn


class RMSNorm(nn.Module):
    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        if not dim > 0:
            raise ValueError(f"dim: {dim}")
        self.eps = eps
        self.gamma = nn.Parameter(nn.init.xavier_normal_(torch.empty(dim, 1)))
