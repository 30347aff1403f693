"""One vector fewer in the mean square"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        dim = self.gamma.shape[0]
        if x.dim() < 1 or x.shape[-1] != dim:
            raise ValueError(f"input of shape {list(x.shape)} does not end with dim={dim}")
        columns = x.reshape(-1, dim).T.to(torch.promote_types(torch.float32, x.dtype))
        size = torch.sqrt(columns.pow(2).sum(0).div(max(dim - 1, 1)).add(self.eps))
        return (columns / size * self.gamma).T.reshape(x.shape).to(x.dtype)
