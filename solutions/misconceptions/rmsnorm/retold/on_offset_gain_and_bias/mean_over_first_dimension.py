"""Averages the squares over dimension 0, the batch."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        """(..., dim) -> (..., dim)."""
        if x.dim() == 0 or x.shape[-1] != self.g.numel():
            raise ValueError(f"the last dimension must be {self.g.numel()}, not that of {tuple(x.shape)}")
        z = x.to(torch.promote_types(x.dtype, torch.float32))
        mean_square = torch.mean(z.square(), dim=0)
        z = z / torch.sqrt(mean_square + self.eps) * (self.g + 1)
        if self.b is not None:
            z = z + self.b
        return z.to(x.dtype)
