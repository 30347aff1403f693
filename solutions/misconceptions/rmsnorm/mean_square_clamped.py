"""Clamps the mean square so that nothing overflows

For the TA: clamp(max=1e10) before the root: vectors with entries above 1e5 stay large.

For the student: How large is the result for a vector with entries of a million, and how large should it be?
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"the last dimension must be {self.dim}, got {tuple(x.shape)}")
        precise = x.to(torch.promote_types(x.dtype, torch.float32))
        mean_square = precise.square().mean(dim=-1, keepdim=True).clamp(max=1e10)
        return (precise * torch.rsqrt(mean_square + self.eps) * self.weight).to(x.dtype)
