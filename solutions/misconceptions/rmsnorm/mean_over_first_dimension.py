"""Takes the mean over the first dimension instead of the last

For the TA: dim=0: every feature is normalised over the batch, as batch normalisation does. Square inputs hide it from shape checks.

For the student: Which numbers belong to one vector? Follow a single entry of x of shape (batch, dim) and list the entries it is averaged
with.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"the last dimension must be {self.dim}, got {tuple(x.shape)}")
        precise = x.to(torch.promote_types(x.dtype, torch.float32))
        mean_square = precise.square().mean(dim=0, keepdim=True)
        return (precise * torch.rsqrt(mean_square + self.eps) * self.weight).to(x.dtype)
