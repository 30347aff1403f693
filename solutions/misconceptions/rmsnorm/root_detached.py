"""Treats the root mean square as a constant in the backward pass

For the TA: A detach() or no_grad() around the root: values are right, gradients are not.

For the student: The root mean square is computed from x. Does a change of x reach your result through it, too?
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"the last dimension must be {self.dim}, got {tuple(x.shape)}")
        precise = x.to(torch.promote_types(x.dtype, torch.float32))
        mean_square = precise.square().mean(dim=-1, keepdim=True).detach()
        return (precise * torch.rsqrt(mean_square + self.eps) * self.weight).to(x.dtype)
