"""Computes everything in float32 and returns float32

For the TA: x.float() without the way back; float64 loses half its digits, half precision comes back as float32.

For the student: What dtype goes in, and what dtype comes out? Try float64 and bfloat16.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"the last dimension must be {self.dim}, got {tuple(x.shape)}")
        mean_square = x.float().square().mean(dim=-1, keepdim=True)
        return x.float() * torch.rsqrt(mean_square + self.eps) * self.weight.float()
