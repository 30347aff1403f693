"""Divides the caller's tensor in place

For the TA: x *= ... or mul_ on the argument. In a residual block the caller still needs x.

For the student: Print the input after the call.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1] != self.dim:
            raise ValueError(f"the last dimension must be {self.dim}, got {tuple(x.shape)}")
        mean_square = x.to(torch.promote_types(x.dtype, torch.float32)).square().mean(dim=-1, keepdim=True)
        with torch.no_grad():
            x.copy_(x * torch.rsqrt(mean_square + self.eps))
        return x * self.weight
