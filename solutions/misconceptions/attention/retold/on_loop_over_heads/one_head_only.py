"""A single Head of size d_model."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        if n_heads < 1 or d_model % n_heads != 0:
            raise ValueError(f"n_heads={n_heads} must divide d_model={d_model}")
        self.head = Head(d_model, d_model)
        self.proj = nn.Linear(d_model, d_model)

    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        """(batch, seq, d_model) -> the same."""
        q, k, v = (part.unsqueeze(1) for part in self.head(x))
        if cache is not None:
            k, v = cache.append(layer, k, v)
        out = scaled_dot_product_attention(q, k, v, causal_mask(x.shape[1], k.shape[2]))
        return self.proj(out.squeeze(1))
