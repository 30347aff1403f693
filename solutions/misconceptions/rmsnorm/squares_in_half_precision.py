"""Squares half-precision numbers in half precision

For the TA: No float32 inside. In float16 the square of 1000 is infinite and the result zero; in bfloat16 digits are lost.

For the student: What is the largest number that float16 can hold, and what is the square of 1000?
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"the last dimension must be {self.dim}, got {tuple(x.shape)}")
        mean_square = x.square().mean(dim=-1, keepdim=True)
        return x * torch.rsqrt(mean_square + self.eps) * self.weight
