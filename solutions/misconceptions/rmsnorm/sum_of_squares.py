"""Takes the sum of the squares instead of their mean

For the TA: Vectors of length 1 come out (L2 normalisation), too small by the root of dim.

For the student: For the example (3, 4), what is the mean square of your result? What should it be?
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"the last dimension must be {self.dim}, got {tuple(x.shape)}")
        precise = x.to(torch.promote_types(x.dtype, torch.float32))
        square_sum = precise.square().sum(dim=-1, keepdim=True)
        return (precise * torch.rsqrt(square_sum + self.eps) * self.weight).to(x.dtype)
