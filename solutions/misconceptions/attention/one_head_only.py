"""Computes a single head of size d_model whatever n_heads is

For the TA: n_heads is checked and then forgotten.

For the student: Where in your forward pass does n_heads matter?
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
        mask = causal_mask(seq, key.shape[-2]).to(x.device)
        query, key, value = (part.transpose(1, 2).flatten(start_dim=2) for part in (query, key, value))
        return self.output(scaled_dot_product_attention(query, key, value, mask))
