"""Scales each vector to the length sqrt(dim), with nothing to guard the division."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"last dimension must be {self.dim}, got shape {tuple(x.shape)}")
        wide = x.to(torch.promote_types(torch.float32, x.dtype))
        lengths = torch.linalg.vector_norm(wide, dim=-1, keepdim=True)
        unit = wide / lengths
        return (math.sqrt(self.dim) * unit * self.weight).to(x.dtype)
