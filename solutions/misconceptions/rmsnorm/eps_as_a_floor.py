"""Uses eps as the least mean square instead of adding it

For the TA: sqrt(max(mean_square, eps)), as torch.nn.functional.normalize does with its eps. Shows for small vectors only.

For the student: By how much does eps change the mean square of the handout's small vector (0.003, 0.004) in your code?
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"the last dimension must be {self.dim}, got {tuple(x.shape)}")
        precise = x.to(torch.promote_types(x.dtype, torch.float32))
        mean_square = precise.square().mean(dim=-1, keepdim=True)
        return (precise * torch.rsqrt(mean_square.clamp(min=self.eps)) * self.weight).to(x.dtype)
