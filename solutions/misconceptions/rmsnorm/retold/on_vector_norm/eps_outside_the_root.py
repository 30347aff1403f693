"""Adds eps to the length divided by the root of dim."""

from __future__ import annotations

import math

from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        """(..., dim) -> (..., dim)."""
        if x.dim() == 0 or x.size(-1) != self.dim:
            raise ValueError(f"expected vectors of size {self.dim}, got shape {tuple(x.shape)}")
        wide = x.double() if x.element_size() == 8 else x.float()
        rms = wide.norm(p=2, dim=-1, keepdim=True) / math.sqrt(self.dim)
        return (wide / (rms + self.eps) * self.scale).type_as(x)
