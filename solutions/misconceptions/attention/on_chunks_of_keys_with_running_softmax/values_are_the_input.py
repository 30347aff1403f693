"""Keys have a map, and the values are x, cut into interleaved features."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        if n_heads <= 0 or d_model % n_heads:
            raise ValueError(f"no {n_heads} heads of equal size in {d_model} features")
        self.n_heads = n_heads
        self.query, self.key, self.join = (nn.Linear(d_model, d_model, bias=bias) for bias in (False, True, True))

    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        batch, seq, d_model = x.shape
        query, key, value = (y.reshape(batch, seq, -1, self.n_heads).permute(0, 3, 1, 2) for y in (self.query(x), self.key(x), x))
        if cache is not None:
            key, value = cache.append(layer, key, value)
        found = scaled_dot_product_attention(query, key, value, causal_mask(seq, key.shape[-2]).to(x.device))
        return self.join(found.permute(0, 2, 3, 1).reshape(batch, seq, d_model))
