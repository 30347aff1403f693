"""Divides by the largest entry first, so that no square can overflow or vanish, and shrinks eps to match."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    """RMSNorm that is safe for any size of the input."""

    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        if dim < 1:
            raise ValueError(f"RMSNorm needs dim >= 1, got {dim}")
        self.eps = eps
        self.scale = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        """(..., dim) -> (..., dim)."""
        if x.shape[-1:] != self.scale.shape:
            raise ValueError(f"expected (..., {len(self.scale)}), got {tuple(x.shape)}")
        wide = x.to(torch.promote_types(x.dtype, torch.float32))
        # The largest entry cancels out of the result, so it needs no gradient. A vector of zeros is divided by 1.
        largest = wide.detach().abs().amax(dim=-1, keepdim=True)
        largest = torch.where(largest > 0, largest, 1.0)
        small = wide / largest
        mean_square = (small * small).sum(dim=-1, keepdim=True) / x.shape[-1]
        root = torch.sqrt(mean_square + self.eps / largest / largest)
        return (small / root * self.scale).to(x.dtype)
