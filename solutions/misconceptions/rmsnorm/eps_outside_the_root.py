"""Adds eps to the root instead of under it

For the TA: x / (rms + eps). For ordinary vectors the difference is a thousandth of a percent; it shows for small ones, and the gradient
at zero is not finite.

For the student: Work the handout's second example, (0.003, 0.004), by hand with your order of operations.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"the last dimension must be {self.dim}, got {tuple(x.shape)}")
        precise = x.to(torch.promote_types(x.dtype, torch.float32))
        root = precise.square().mean(dim=-1, keepdim=True).sqrt()
        return (precise / (root + self.eps) * self.weight).to(x.dtype)
