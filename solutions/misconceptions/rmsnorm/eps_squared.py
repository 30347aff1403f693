"""Adds the square of eps under the root

For the TA: eps is taken for a length: hypot(rms, eps). Far too small to be seen, except for vectors of about the size of eps.

For the student: For x = (0.003, 0.004), which two numbers do you add under the root?
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
        return (precise * torch.rsqrt(mean_square + self.eps**2) * self.weight).to(x.dtype)
