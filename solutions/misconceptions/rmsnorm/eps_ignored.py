"""Uses a fixed eps of 1e-5 whatever the constructor is given

For the TA: The argument is accepted and dropped.

For the student: Build two modules with very different eps and feed both the same small vector.
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
        return (precise * torch.rsqrt(mean_square + 1e-5) * self.weight).to(x.dtype)
