"""The block does check that the heads divide the width, and then hands a 1 on to attention."""

from __future__ import annotations

from picollm.attention import MultiHeadAttention
from picollm.rmsnorm import RMSNorm
from torch import nn


class TransformerBlock(nn.Module):
    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        if n_heads < 1 or d_model % n_heads:
            raise ValueError(f"{n_heads} heads do not divide d_model {d_model}")
        self.attention = MultiHeadAttention(d_model, n_heads=1)
        hidden = d_model * 4
        self.mlp = nn.Sequential(nn.Linear(d_model, hidden), nn.ReLU(), nn.Linear(hidden, d_model))
        self.attention_norm, self.mlp_norm = RMSNorm(d_model), RMSNorm(d_model)
