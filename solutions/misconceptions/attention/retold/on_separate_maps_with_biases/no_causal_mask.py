"""Calls the attention without a mask."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        """(batch, seq, d_model) -> (batch, seq, d_model)."""
        batch, seq, d_model = x.shape
        q = self.wq(x).reshape(batch, seq, self.h, self.d).transpose(1, 2)
        k = self.wk(x).reshape(batch, seq, self.h, self.d).transpose(1, 2)
        v = self.wv(x).reshape(batch, seq, self.h, self.d).transpose(1, 2)
        if cache is not None:
            k, v = cache.append(layer, k, v)
        attended = scaled_dot_product_attention(q, k, v)
        joined = attended.transpose(1, 2).reshape(batch, seq, d_model)
        return self.dropout(self.wo(joined))
