"""Accepts vectors of the wrong size where broadcasting allows

For the TA: No check: a last dimension of 1 is silently stretched to dim, other sizes end in torch's own RuntimeError.

For the student: What does your module return for an input of shape (4, 1) when dim is 8?
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        precise = x.to(torch.promote_types(x.dtype, torch.float32))
        mean_square = precise.square().mean(dim=-1, keepdim=True)
        return (precise * torch.rsqrt(mean_square + self.eps) * self.weight).to(x.dtype)
