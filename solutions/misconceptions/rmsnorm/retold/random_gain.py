"""The usual empty parameter, initialised like a weight matrix: uniformly at random."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        if dim < 1:
            raise ValueError(f"dim must not be below 1, got {dim}")
        self.dim, self.eps = dim, eps
        self.gain = nn.Parameter(torch.empty(dim))
        nn.init.uniform_(self.gain)

    def forward(self, x: Tensor) -> Tensor:
        if x.dim() < 1 or x.shape[-1] != self.dim:
            raise ValueError(f"dim is {self.dim}, the input has shape {tuple(x.shape)}")
        y = x.float() if x.dtype in (torch.float16, torch.bfloat16) else x
        y = y * torch.rsqrt(torch.mean(y * y, dim=-1, keepdim=True) + self.eps)
        return (y * self.gain).to(x.dtype)
