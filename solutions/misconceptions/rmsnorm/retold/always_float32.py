"""Casts input and gain to float32 to be safe, and forgets to go back."""

from __future__ import annotations

from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.dim() == 0 or x.shape[-1] != self.dim:
            raise ValueError(f"expected {self.dim} features, got shape {tuple(x.shape)}")
        single = x.float()
        root = (single * single).mean(-1, keepdim=True).add(self.eps).sqrt()
        return self.weight.float() * (single / root)
