"""Uses a running root mean square in eval mode

For the TA: As batch normalisation does: in training mode each vector's own mean square, in eval mode an average over the calls before.

For the student: Compare your module's output for one vector in training mode and after eval(). Should it differ?
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        if dim < 1:
            raise ValueError(f"dim must be at least 1, got {dim}")
        self.dim = dim
        self.eps = eps
        self.running = 1.0
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"the last dimension must be {self.dim}, got {tuple(x.shape)}")
        precise = x.to(torch.promote_types(x.dtype, torch.float32))
        mean_square = precise.square().mean(dim=-1, keepdim=True)
        if not self.training:
            mean_square = torch.full_like(mean_square, self.running)
        elif mean_square.numel():
            self.running = 0.9 * self.running + 0.1 * float(mean_square.detach().mean())
        return (precise * torch.rsqrt(mean_square + self.eps) * self.weight).to(x.dtype)
