"""Subtracts the mean first, which is layer normalisation

For the TA: The formula of LayerNorm: centred, then divided by the standard deviation.

For the student: What should become of the vector (5, 5, 5)? Compare with the formula in the handout, term by term.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"the last dimension must be {self.dim}, got {tuple(x.shape)}")
        precise = x.to(torch.promote_types(x.dtype, torch.float32))
        centred = precise - precise.mean(dim=-1, keepdim=True)
        mean_square = centred.square().mean(dim=-1, keepdim=True)
        return (centred * torch.rsqrt(mean_square + self.eps) * self.weight).to(x.dtype)
