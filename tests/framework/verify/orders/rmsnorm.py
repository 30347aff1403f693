"""Adds the squares from the last feature to the first."""

import torch
from torch import Tensor


class RMSNorm:
    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"the last dimension must be {self.dim}, got an input of shape {tuple(x.shape)}")
        precise = x.to(torch.promote_types(x.dtype, torch.float32))
        mean_square = precise.square().flip(-1).cumsum(dim=-1)[..., -1:] / self.dim
        return (precise / torch.sqrt(self.eps + mean_square) * self.weight).to(x.dtype)
