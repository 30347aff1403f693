"""Leaves eps out

For the TA: Right for every ordinary vector; a vector of zeros is divided by zero, and its gradient is NaN.

For the student: What does your module return for a vector of zeros?
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"the last dimension must be {self.dim}, got {tuple(x.shape)}")
        precise = x.to(torch.promote_types(x.dtype, torch.float32))
        mean_square = precise.square().mean(dim=-1, keepdim=True)
        return (precise * torch.rsqrt(mean_square) * self.weight).to(x.dtype)
