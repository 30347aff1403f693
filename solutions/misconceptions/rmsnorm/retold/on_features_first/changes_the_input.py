"""The columns are a view of the argument, and are divided where they stand."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        """(..., dim) -> (..., dim)."""
        dim = self.gamma.shape[0]
        if x.dim() < 1 or x.shape[-1] != dim:
            raise ValueError(f"input of shape {list(x.shape)} does not end with dim={dim}")
        columns = x.reshape(-1, dim).T.to(torch.promote_types(torch.float32, x.dtype))
        columns /= (columns.square().mean(0) + self.eps).sqrt()
        columns = columns * self.gamma
        return columns.T.reshape(x.shape).to(x.dtype)
