"""Each head works on d_model features; the last map brings n_heads * d_model back to d_model."""

from __future__ import annotations

from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        if n_heads < 1 or d_model % n_heads != 0:
            raise ValueError(f"n_heads={n_heads} does not divide d_model={d_model}")
        self.n_heads = n_heads
        self.to_query = nn.Linear(d_model, n_heads * d_model, bias=False)
        self.to_key = nn.Linear(d_model, n_heads * d_model, bias=False)
        self.to_value = nn.Linear(d_model, n_heads * d_model, bias=False)
        self.combine = nn.Linear(n_heads * d_model, d_model, bias=False)

    def _heads(self, features: Tensor) -> Tensor:
        return features.unflatten(-1, (self.n_heads, -1)).transpose(1, 2)

    def forward(self, x: Tensor, cache: KVCache | None = None, layer: int = 0) -> Tensor:
        query, key, value = self._heads(self.to_query(x)), self._heads(self.to_key(x)), self._heads(self.to_value(x))
        if cache is not None:
            key, value = cache.append(layer, key, value)
        mask = causal_mask(query.shape[-2], key.shape[-2]).to(x.device)
        attended = scaled_dot_product_attention(query, key, value, mask)
        return self.combine(attended.transpose(1, 2).flatten(start_dim=2))
