"""Takes an eps of 0 for none at all

For the TA: `eps or 1e-5`: 0 is false, so the default is used in its place.

For the student: Which values of eps are false in Python?
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
        self.eps = eps or 1e-5
        self.weight = nn.Parameter(torch.ones(dim))
