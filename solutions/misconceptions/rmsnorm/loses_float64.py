"""Computes in float32 and returns float64 that holds no more digits

For the TA: x.float() and back at the end: right for half precision, and float64 input loses half of its digits on the way.

For the student: How many digits of a float64 vector survive the first line of your forward?
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"the last dimension must be {self.dim}, got {tuple(x.shape)}")
        mean_square = x.float().square().mean(dim=-1, keepdim=True)
        return (x.float() * torch.rsqrt(mean_square + self.eps) * self.weight.float()).to(x.dtype)
