"""Stores n_heads and attends once, over all features."""

from __future__ import annotations

from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        if n_heads < 1 or d_model % n_heads:
            raise ValueError(f"n_heads={n_heads} is no divisor of d_model={d_model}")
        self.n_heads = n_heads
        self.q_proj = nn.Linear(d_model, d_model)
        self.k_proj = nn.Linear(d_model, d_model)
        self.v_proj = nn.Linear(d_model, d_model)
        self.o_proj = nn.Linear(d_model, d_model)

    def forward(self, x: Tensor, cache: KVCache | None = None, layer: int = 0) -> Tensor:
        query, key, value = (proj(x).unsqueeze(1) for proj in (self.q_proj, self.k_proj, self.v_proj))
        if cache is not None:
            key, value = cache.append(layer, key, value)
        mask = causal_mask(x.shape[1], key.shape[-2]).to(x.device)
        return self.o_proj(scaled_dot_product_attention(query, key, value, mask).squeeze(1))
