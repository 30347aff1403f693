"""With a cache that holds something, the comparison of places is < where it should be <=."""

from __future__ import annotations

import torch
from picollm.kv_cache import KVCache
from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def forward(self, x: Tensor, cache: KVCache | None = None, layer: int = 0) -> Tensor:
        new, width = x.shape[1:]
        query, key, value = (
            part.unflatten(-1, (self.n_heads, width // self.n_heads)).transpose(1, 2) for part in self.query_key_value(x).chunk(3, dim=-1)
        )
        if cache is not None:
            key, value = cache.append(layer, key, value)
        everything = key.shape[2]
        key_places = torch.arange(everything, device=x.device)
        query_places = key_places[everything - new :].unsqueeze(1)
        mask = key_places < query_places if everything > new else key_places <= query_places
        mixed = scaled_dot_product_attention(query, key, value, mask)
        joined: Tensor = self.output(mixed.transpose(1, 2).flatten(2))
        return joined
