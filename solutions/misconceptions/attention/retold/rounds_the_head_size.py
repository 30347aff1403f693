"""Computes d_model // n_heads without asking for a remainder; the last map makes up for missing features."""

from __future__ import annotations

from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        if n_heads < 1:
            raise ValueError(f"n_heads must be at least 1, got n_heads={n_heads} for d_model={d_model}")
        self.n_heads = n_heads
        self.head_size = d_model // n_heads
        inner = self.head_size * n_heads
        self.qkv = nn.Linear(d_model, 3 * inner, bias=False)
        self.out = nn.Linear(inner, d_model, bias=False)

    def forward(self, x: Tensor, cache: KVCache | None = None, layer: int = 0) -> Tensor:
        batch, seq, _ = x.shape
        split = self.qkv(x).reshape(batch, seq, 3, self.n_heads, self.head_size)
        query, key, value = (split[:, :, i].transpose(1, 2) for i in range(3))
        if cache is not None:
            key, value = cache.append(layer, key, value)
        mask = causal_mask(seq, key.shape[2]).to(x.device)
        attended = scaled_dot_product_attention(query, key, value, mask)
        return self.out(attended.transpose(1, 2).flatten(2))
