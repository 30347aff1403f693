"""Divides by the mean of the absolute values

For the TA: No squares: the size of a vector is measured by mean(|x|). Right for vectors whose entries are all of the same size.

For the student: For x = (3, 4), what do you divide by? The handout divides by 3.5355.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"the last dimension must be {self.dim}, got {tuple(x.shape)}")
        precise = x.to(torch.promote_types(x.dtype, torch.float32))
        size = precise.abs().mean(dim=-1, keepdim=True)
        return (precise / torch.sqrt(size.square() + self.eps) * self.weight).to(x.dtype)
