"""Takes the mean over the whole tensor

For the TA: mean() has no dim=, so a vector's result depends on its neighbours. On a single vector it is right, which is why it survives a
quick try.

For the student: Give your module two vectors of very different size, together and one by one. Should the results differ?
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"the last dimension must be {self.dim}, got {tuple(x.shape)}")
        precise = x.to(torch.promote_types(x.dtype, torch.float32))
        mean_square = precise.square().mean()
        return (precise * torch.rsqrt(mean_square + self.eps) * self.weight).to(x.dtype)
