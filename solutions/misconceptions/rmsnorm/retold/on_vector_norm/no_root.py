"""Divides by |x|**2 / dim itself."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        """(..., dim) -> (..., dim)."""
        if x.dim() == 0 or x.size(-1) != self.dim:
            raise ValueError(f"expected vectors of size {self.dim}, got shape {tuple(x.shape)}")
        wide = x.double() if x.dtype is torch.float64 else x.float()
        mean_square = torch.linalg.vecdot(wide, wide) / self.dim
        return (self.scale * (wide / (mean_square + self.eps).unsqueeze(-1))).type_as(x)
