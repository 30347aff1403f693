"""Takes the mean square of float64 vectors in float32

For the TA: x.float() for the squares alone, and the division in float64: a common factor of each vector is wrong from the eighth digit on.

For the student: Your result is float64. Are all the numbers that went into it?
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"the last dimension must be {self.dim}, got {tuple(x.shape)}")
        root = torch.sqrt(x.float().square().mean(dim=-1, keepdim=True) + self.eps)
        return (x.to(torch.promote_types(x.dtype, torch.float32)) / root * self.weight).to(x.dtype)
