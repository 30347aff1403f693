"""Gives the mask of each position to a row of the batch.

For the TA: The mask of a chunk is indexed (new, all) and broadcast as (batch, 1, 1, all): row i of the batch gets the permissions of new
token i. Where batch and chunk differ the sizes do not fit, so it is applied only where they agree.

For the student: The scores have four dimensions. Over which two of them should the mask vary?
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
        if cache is not None and seq > 1 and seq == batch:
            mask = mask[:, None, None, :]
        attended = scaled_dot_product_attention(query, key, value, mask)
        return self.output(attended.transpose(1, 2).reshape(batch, seq, d_model))
