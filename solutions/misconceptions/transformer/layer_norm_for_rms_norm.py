"""Normalises its sublayers with the library's layer norm

For the TA: nn.LayerNorm instead of the RMSNorm of the first exercise; the rules of the exercise forbid it.

For the student: Which norm does the handout ask for here, and where have you written it already?
"""

from __future__ import annotations

from picollm.attention import MultiHeadAttention
from torch import nn


class TransformerBlock(nn.Module):
    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        self.attention_norm = nn.LayerNorm(d_model)
        self.attention = MultiHeadAttention(d_model, n_heads)
        self.mlp_norm = nn.LayerNorm(d_model)
        self.mlp = nn.Sequential(nn.Linear(d_model, 4 * d_model), nn.GELU(), nn.Linear(4 * d_model, d_model))
