"""Terse: eps becomes one more entry of the vector, sqrt(dim * eps), and the root is that vector's length."""

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    """RMSNorm."""

    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        if dim < 1:
            raise ValueError(f"dim={dim}")
        self.n, self.e, self.w = dim, (dim * eps) ** 0.5, nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        """(..., dim) -> (..., dim)."""
        if x.shape[-1:] != (self.n,):
            raise ValueError(f"{tuple(x.shape)} does not end in {self.n}")
        z = x if x.dtype == torch.float64 else x.float()
        return (z * self.n**0.5 / nn.functional.pad(z, (0, 1), value=self.e).norm(dim=-1, keepdim=True) * self.w).to(x.dtype)
