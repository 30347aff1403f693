"""Applies 1 + g to the input and normalises the product."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        """(..., dim) -> (..., dim)."""
        if x.dim() == 0 or x.shape[-1] != self.g.numel():
            raise ValueError(f"the last dimension must be {self.g.numel()}, not that of {tuple(x.shape)}")
        kind = torch.promote_types(x.dtype, torch.float32)
        scaled = x.to(kind) * (1 + self.g.to(kind))
        out = scaled * torch.rsqrt(scaled.square().mean(-1, keepdim=True) + self.eps)
        if self.b is not None:
            out = out + self.b
        return out.to(x.dtype)
