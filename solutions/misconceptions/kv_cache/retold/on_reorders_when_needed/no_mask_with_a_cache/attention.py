"""The mask is made for calls without a cache, and is None for the others."""

from __future__ import annotations

from picollm.kv_cache import KVCache
from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def forward(self, x: Tensor, cache: KVCache | None = None, layer: int = 0) -> Tensor:
        batch, seq, width = x.shape
        triple = self.query_key_value(x).view(batch, seq, 3, self.n_heads, -1)
        query, key, value = (triple[:, :, number].transpose(1, 2) for number in range(3))
        if cache is None:
            mask = causal_mask(seq).to(x.device)
        else:
            mask = None
            key, value = cache.append(layer, key, value)
        mixed = scaled_dot_product_attention(query, key, value, mask)
        result: Tensor = self.output(mixed.transpose(1, 2).reshape(batch, seq, width))
        return result
