"""Rounds the size of a head down when n_heads does not divide d_model

For the TA: No check in the constructor: features are dropped, or a reshape fails later with a message about shapes.

For the student: What should MultiHeadAttention(10, 3) do?
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.query_key_value = nn.Linear(d_model, 3 * d_model, bias=False)
        self.output = nn.Linear(d_model, d_model, bias=False)

    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        batch, seq, d_model = x.shape
        size = d_model // self.n_heads
        heads = self.query_key_value(x).view(batch, seq, 3, d_model)[..., : size * self.n_heads].unflatten(-1, (self.n_heads, size))
        query, key, value = heads.permute(2, 0, 3, 1, 4)
        if cache is not None:
            key, value = cache.append(layer, key, value)
        mask = causal_mask(seq, key.shape[-2]).to(x.device)
        attended = scaled_dot_product_attention(query, key, value, mask).transpose(1, 2).flatten(start_dim=2)
        return self.output(nn.functional.pad(attended, (0, d_model - attended.shape[-1])))
