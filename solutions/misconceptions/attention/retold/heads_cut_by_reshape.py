"""Reshapes each of the three straight to (batch, n_heads, seq, d_head)."""

from __future__ import annotations

from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def forward(self, x: Tensor, cache: KVCache | None = None, layer: int = 0) -> Tensor:
        batch, seq, d_model = x.shape
        shape = (batch, self.n_heads, seq, d_model // self.n_heads)
        query, key, value = (part.reshape(shape) for part in self.query_key_value(x).split(d_model, dim=-1))
        if cache is not None:
            key, value = cache.append(layer, key, value)
        attended = scaled_dot_product_attention(query, key, value, causal_mask(seq, key.shape[2]).to(x.device))
        joined = attended.permute(0, 2, 1, 3).reshape(batch, seq, d_model)
        return self.output(joined)
