"""Standardises with mean and variance, as layer normalisation does."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.dim() == 0 or x.shape[-1] != self.dim:
            raise ValueError(f"needs {self.dim} features, got shape {tuple(x.shape)}")
        wide = x if x.dtype == torch.float64 else x.float()
        variance, mean = torch.var_mean(wide, dim=-1, correction=0, keepdim=True)
        return ((wide - mean) / torch.sqrt(variance + self.eps) * self.weight).to(x.dtype)
