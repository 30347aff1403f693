"""Joins the heads without turning them back first

For the TA: The heads are cut rightly, but (batch, n_heads, seq, d_head) is reshaped to (batch, seq, d_model) directly.

For the student: After attention, which dimension holds the heads? Follow position 0 of head 1 into the joined tensor.
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
        attended = scaled_dot_product_attention(query, key, value, mask)
        return self.output(attended.reshape(batch, seq, d_model))
