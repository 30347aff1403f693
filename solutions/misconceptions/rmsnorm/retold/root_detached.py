"""Computes the root under no_grad, as a statistic of the data."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.dim() < 1 or x.shape[-1] != self.dim:
            raise ValueError(f"expected {self.dim} features in the last dimension, got shape {tuple(x.shape)}")
        wide = x.double() if x.dtype == torch.float64 else x.float()
        with torch.no_grad():
            scale = 1.0 / torch.sqrt(wide.pow(2).mean(dim=-1) + self.eps)
        return (wide * scale[..., None] * self.weight).to(x.dtype)
