"""Calls mean() without a dimension: one root for the whole batch."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.dim() == 0 or x.size(-1) != self.dim:
            raise ValueError(f"expected {self.dim} features, got shape {tuple(x.shape)}")
        z = x.to(torch.float64 if x.dtype == torch.float64 else torch.float32)
        rms = torch.sqrt(torch.mean(z**2) + self.eps)
        out = z.div(rms).mul(self.weight)
        return out.type_as(x)
