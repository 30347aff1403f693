"""Multiplies by the gain before normalising

For the TA: The gain then changes the root mean square too, and a common factor of the gains is divided out again.

For the student: If all gains were 2, how large should the result be?
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"the last dimension must be {self.dim}, got {tuple(x.shape)}")
        scaled = x.to(torch.promote_types(x.dtype, torch.float32)) * self.weight
        mean_square = scaled.square().mean(dim=-1, keepdim=True)
        return (scaled * torch.rsqrt(mean_square + self.eps)).to(x.dtype)
