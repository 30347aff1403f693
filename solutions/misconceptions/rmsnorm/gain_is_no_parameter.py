"""Has no gain that is learned: a plain tensor, or none at all

For the TA: torch.ones without nn.Parameter (the optimiser never sees it, and .to() does not move it), or the factor left out: from outside
the two look alike.

For the student: Print the list of your module's parameters.
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
        self.weight = torch.ones(dim)
