"""Unpacks x as (seq, batch, d_model)."""

from __future__ import annotations

from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def forward(self, x: Tensor, cache: KVCache | None = None, layer: int = 0) -> Tensor:
        seq, batch, d_model = x.shape
        size = d_model // self.n_heads
        query, key, value = (
            part.reshape(seq, batch, self.n_heads, size).permute(1, 2, 0, 3) for part in self.query_key_value(x).chunk(3, dim=-1)
        )
        if cache is not None:
            key, value = cache.append(layer, key, value)
        mask = causal_mask(seq, key.shape[2]).to(x.device)
        attended = scaled_dot_product_attention(query, key, value, mask)
        return self.output(attended.permute(2, 0, 1, 3).reshape(seq, batch, d_model))
