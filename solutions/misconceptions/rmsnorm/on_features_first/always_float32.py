"""Columns in float32, and so they come back"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        dim = self.gamma.shape[0]
        if x.dim() < 1 or x.shape[-1] != dim:
            raise ValueError(f"input of shape {list(x.shape)} does not end with dim={dim}")
        columns = x.reshape(-1, dim).T.float()
        size = torch.sqrt(columns.pow(2).sum(0).div(dim).add(self.eps))
        return (columns / size * self.gamma).T.reshape(x.shape)
