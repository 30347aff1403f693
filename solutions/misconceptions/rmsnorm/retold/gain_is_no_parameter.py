"""A tensor of ones as an ordinary attribute, brought to the input's device and type in each call."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        if dim < 1:
            raise ValueError(f"dim has to be positive, got {dim}")
        self.dim = dim
        self.eps = eps
        self.gain = torch.ones(dim)

    def forward(self, x: Tensor) -> Tensor:
        if x.dim() == 0 or x.size(-1) != self.dim:
            raise ValueError(f"needs vectors of {self.dim} features, got shape {tuple(x.shape)}")
        work = x if x.dtype == torch.float64 else x.float()
        normal = work / work.square().mean(-1, keepdim=True).add(self.eps).sqrt()
        return (normal * self.gain.to(normal)).to(x.dtype)
