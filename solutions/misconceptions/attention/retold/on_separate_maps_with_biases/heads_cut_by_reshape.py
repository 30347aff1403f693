"""Views the maps' results as (batch, heads, seq, size), and views them back in the same way."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        """(batch, seq, d_model) -> (batch, seq, d_model)."""
        batch, seq, d_model = x.shape
        q = self.wq(x).reshape(batch, self.h, seq, self.d)
        k = self.wk(x).reshape(batch, self.h, seq, self.d)
        v = self.wv(x).reshape(batch, self.h, seq, self.d)
        if cache is not None:
            k, v = cache.append(layer, k, v)
        heads = scaled_dot_product_attention(q, k, v, causal_mask(seq, k.shape[2]))
        return self.dropout(self.wo(heads.contiguous().view(batch, seq, d_model)))
