"""Reshapes (batch, n_heads, seq, d_head) to (batch, seq, d_model) as it lies."""

from __future__ import annotations

from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def forward(self, x: Tensor, cache: KVCache | None = None, layer: int = 0) -> Tensor:
        parts = self.query_key_value(x).chunk(3, dim=-1)
        query, key, value = [part.unflatten(2, (self.n_heads, -1)).transpose(1, 2) for part in parts]
        if cache is not None:
            key, value = cache.append(layer, key, value)
        mask = causal_mask(query.shape[2], key.shape[2]).to(x.device)
        attended = scaled_dot_product_attention(query, key, value, mask)
        return self.output(attended.reshape(x.shape))
