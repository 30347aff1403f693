"""Divides by the mean square without taking the root

For the TA: The result then shrinks as the input grows; on vectors whose mean square is 1 nothing shows.

For the student: Double the input. By what factor should the output change?
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
        return (precise / (mean_square + self.eps) * self.weight).to(x.dtype)
