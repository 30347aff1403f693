"""A norm of the block's own, with the mean over dim=1 of (batch, seq, d_model)."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class SequenceRMSNorm(nn.Module):
    def __init__(self, width: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        power = torch.mean(x * x, dim=1, keepdim=True)
        return self.scale * x / torch.sqrt(power + self.eps)


class ParallelBlock(nn.Module):
    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.norm = SequenceRMSNorm(width)
        self.attention = SelfAttention(width, heads, dropout)
        self.mlp = nn.Sequential(nn.Linear(width, 2 * width), nn.ReLU(), nn.Linear(2 * width, width), nn.Dropout(dropout))
