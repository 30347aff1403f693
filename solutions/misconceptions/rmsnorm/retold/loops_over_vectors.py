"""Normalises one vector in a method and calls it for each in a list comprehension."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.dim() == 0 or x.shape[-1] != self.dim:
            raise ValueError(f"expected the last dimension to be {self.dim}, got shape {tuple(x.shape)}")
        vectors = [self._normalise(vector) for vector in x.reshape(-1, self.dim)]
        if not vectors:
            return torch.empty_like(x)
        return torch.stack(vectors).reshape(x.shape)

    def _normalise(self, vector: Tensor) -> Tensor:
        wide = vector if vector.dtype == torch.float64 else vector.float()
        root = torch.sqrt(wide @ wide / self.dim + self.eps)
        return (wide / root * self.weight).to(vector.dtype)
