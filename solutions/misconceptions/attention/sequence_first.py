"""Treats the first dimension as the sequence

For the TA: The (seq, batch) layout: positions attend along the batch.

For the student: Which dimension of x is the batch? Feed one row alone and then within a batch.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        turned = x.transpose(0, 1)
        batch, seq, d_model = turned.shape
        heads = self.query_key_value(turned).view(batch, seq, 3, self.n_heads, d_model // self.n_heads)
        query, key, value = heads.permute(2, 0, 3, 1, 4)
        if cache is not None:
            key, value = cache.append(layer, key, value)
        mask = causal_mask(seq, key.shape[-2]).to(x.device)
        attended = scaled_dot_product_attention(query, key, value, mask)
        return self.output(attended.transpose(1, 2).reshape(batch, seq, d_model)).transpose(0, 1)
