"""Shifts the mask of a chunk one column too far.

For the TA: The triangle of a chunk that follows a cache begins at c + 1 in place of c, so that each new token sees the next one as well.
One token at a time, and in an empty cache, nothing is wrong.

For the student: Three positions lie in the cache and two come. Which columns does the first of the two see? Compare with the handout.
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
        earlier = key.shape[-2] - seq
        mask = torch.ones(seq, key.shape[-2], dtype=torch.bool, device=x.device).tril(earlier + 1 if earlier else 0)
        attended = scaled_dot_product_attention(query, key, value, mask)
        return self.output(attended.transpose(1, 2).reshape(batch, seq, d_model))
