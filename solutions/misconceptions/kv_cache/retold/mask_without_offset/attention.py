"""The layer makes its own lower triangle of new rows and all columns, which begins in the top left corner."""

from __future__ import annotations

import torch
from picollm.kv_cache import KVCache
from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def forward(self, x: Tensor, cache: KVCache | None = None, layer: int = 0) -> Tensor:
        batch, seq, width = x.shape
        size = width // self.n_heads
        projected = self.query_key_value(x).reshape(batch, seq, 3, self.n_heads, size).transpose(1, 3)
        query, key, value = projected.unbind(dim=2)
        if cache is not None:
            key, value = cache.append(layer, key, value)
        mask = torch.tril(torch.ones((seq, key.shape[2]), dtype=torch.bool, device=x.device))
        mixed = scaled_dot_product_attention(query, key, value, mask)
        joined: Tensor = self.output(mixed.transpose(1, 2).reshape(batch, seq, width))
        return joined
