"""The length in the input's own dtype"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.dim() == 0 or x.size(-1) != self.dim:
            raise ValueError(f"expected vectors of size {self.dim}, got shape {tuple(x.shape)}")
        length = torch.sqrt((x * x).sum(dim=-1, keepdim=True))
        return x / (length**2 / self.dim + self.eps) ** 0.5 * self.scale
