"""Converts to float32 once the squares have been taken."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.dim() == 0 or x.shape[-1] != self.dim:
            raise ValueError(f"input of shape {tuple(x.shape)}, but dim={self.dim}")
        half = x.dtype in (torch.float16, torch.bfloat16)
        squares = x * x
        if half:
            squares, wide = squares.float(), x.float()
        else:
            wide = x
        root = (squares.sum(-1, keepdim=True) / self.dim + self.eps) ** 0.5
        return (wide / root * self.weight).to(x.dtype)
