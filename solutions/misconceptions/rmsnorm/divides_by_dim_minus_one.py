"""Divides the sum of the squares by dim - 1

For the TA: The correction of the unbiased variance, brought along from x.var(). With dim = 1 it divides by zero.

For the student: How many squares are there in the sum, and by what number do you divide it? Try a vector of one number.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"the last dimension must be {self.dim}, got {tuple(x.shape)}")
        precise = x.to(torch.promote_types(x.dtype, torch.float32))
        mean_square = precise.square().sum(dim=-1, keepdim=True) / (self.dim - 1)
        return (precise * torch.rsqrt(mean_square + self.eps) * self.weight).to(x.dtype)
