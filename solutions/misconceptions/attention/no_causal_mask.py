"""Multi-head attention without the causal mask

For the TA: Every position sees the whole sequence.

For the student: Change the last position of the input. Which results may change?
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        batch, seq, d_model = x.shape
        heads = self.query_key_value(x).view(batch, seq, 3, self.n_heads, d_model // self.n_heads)
        query, key, value = heads.permute(2, 0, 3, 1, 4)
        if cache is not None:
            key, value = cache.append(layer, key, value)
        attended = scaled_dot_product_attention(query, key, value)
        return self.output(attended.transpose(1, 2).reshape(batch, seq, d_model))
