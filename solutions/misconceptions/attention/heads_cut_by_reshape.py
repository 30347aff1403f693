"""Cuts the heads out with a reshape that mixes positions

For the TA: view(batch, n_heads, seq, d_head) without the transpose: features of different positions land in one row. Shapes fit.

For the student: Number the entries of a (1, 3, 4) tensor and follow them through your reshape for 2 heads.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        batch, seq, d_model = x.shape
        maps = self.query_key_value(x).chunk(3, dim=-1)
        query, key, value = (part.reshape(batch, self.n_heads, seq, d_model // self.n_heads) for part in maps)
        if cache is not None:
            key, value = cache.append(layer, key, value)
        mask = causal_mask(seq, key.shape[-2]).to(x.device)
        attended = scaled_dot_product_attention(query, key, value, mask)
        return self.output(attended.reshape(batch, seq, d_model))
