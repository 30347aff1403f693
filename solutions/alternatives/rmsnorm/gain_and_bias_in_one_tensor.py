"""Keeps gain and bias as the two rows of one parameter."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    """RMSNorm with one parameter of shape (2, dim): the gains, and a bias that starts at zero."""

    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        if dim < 1:
            raise ValueError(f"dim is {dim}, and should be at least 1")
        self.eps = eps
        self.affine = nn.Parameter(torch.stack([torch.ones(dim), torch.zeros(dim)]))

    def forward(self, x: Tensor) -> Tensor:
        """(..., dim) -> (..., dim)."""
        gain, bias = self.affine
        if x.shape[-1:] != gain.shape:
            raise ValueError(f"the last dimension must be {len(gain)}; the input is {tuple(x.shape)}")
        wide = x.to(torch.promote_types(x.dtype, torch.float32))
        normal = wide * torch.rsqrt(wide.square().mean(dim=-1, keepdim=True) + self.eps)
        return (normal * gain + bias).to(x.dtype)
