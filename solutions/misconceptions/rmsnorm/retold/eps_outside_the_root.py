"""Built with einsum; adds eps to the finished root."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"the last dimension should be {self.dim}, but the shape is {tuple(x.shape)}")
        wide = x if x.dtype == torch.float64 else x.to(torch.float32)
        squares = torch.einsum("...i,...i->...", wide, wide)
        rms = torch.sqrt(squares / self.dim)
        return (wide / (rms + self.eps).unsqueeze(-1) * self.weight).to(x.dtype)
