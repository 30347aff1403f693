"""Computes the normalisation and its derivative in an autograd function of its own; multiplies by the gain in the input's dtype."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


class _Normalise(torch.autograd.Function):
    """x / rms(x), saving only the result and the inverse root."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, eps: float) -> Tensor:
        inverse = (torch.einsum("...d,...d->...", x, x) / x.shape[-1] + eps).rsqrt().unsqueeze(-1)
        normal = x * inverse
        ctx.save_for_backward(normal, inverse)
        return normal

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:
        (grad,) = grads
        normal, inverse = ctx.saved_tensors
        return inverse * (grad - normal * (grad * normal).mean(-1, keepdim=True)), None


class RMSNorm(nn.Module):
    """RMSNorm with a backward pass written by hand."""

    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        if dim < 1:
            raise ValueError(f"cannot normalise vectors of {dim} entries")
        self.dim, self.eps = dim, eps
        self.gain = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        """(..., dim) -> (..., dim)."""
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"made for vectors of {self.dim} entries, and got {tuple(x.shape)}")
        half = x.dtype in (torch.float16, torch.bfloat16)
        return _Normalise.apply(x.float() if half else x, self.eps).to(x.dtype) * self.gain
