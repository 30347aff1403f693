"""Lets a new token see the cache, and not itself.

For the TA: The mask's diagonal is one too low when there is a cache: each new token sees the past without itself. In an empty cache the
first token sees nothing.

For the student: A token is allowed to attend to itself. Count the ones in the last row of your mask.
"""

from picollm.kv_cache import KVCache
from torch import Tensor


class MultiHeadAttention:
    def forward(self, x: Tensor, cache: KVCache | None = None, layer: int = 0) -> Tensor:
        batch, seq, d_model = x.shape
        heads = self.query_key_value(x).view(batch, seq, 3, self.n_heads, d_model // self.n_heads)
        query, key, value = heads.permute(2, 0, 3, 1, 4)
        if cache is not None:
            key, value = cache.append(layer, key, value)
        mask = causal_mask(seq, key.shape[-2]).to(x.device)
        if cache is not None:
            mask = mask.roll(-1, dims=1)
            mask[:, -1] = False
        attended = scaled_dot_product_attention(query, key, value, mask)
        return self.output(attended.transpose(1, 2).reshape(batch, seq, d_model))
