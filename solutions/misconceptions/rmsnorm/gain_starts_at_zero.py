"""Starts the gain at zero

For the TA: torch.zeros for the initial gain, as for a bias or a distance from 1, but multiplied as it is: a new module returns zeros.

For the student: What should a norm that has learned nothing yet do to a vector whose mean square is already 1?
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
        self.weight = nn.Parameter(torch.zeros(dim))
