"""Three linear maps with biases, a softmax written out, and -1e30 in place of -inf; dropout that is off in eval mode."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    """(..., q, d), (..., k, d), (..., k, v) -> (..., q, v)."""
    scores = torch.einsum("...qd,...kd->...qk", query, key) * query.shape[-1] ** -0.5
    if mask is not None:
        scores = torch.where(mask, scores, torch.full_like(scores, -1e30))
    scores = scores - scores.amax(dim=-1, keepdim=True)
    exponentials = scores.exp()
    weights = exponentials / exponentials.sum(dim=-1, keepdim=True)
    return torch.einsum("...qk,...kv->...qv", weights, value)


def causal_mask(n_queries: int, n_keys: int | None = None) -> Tensor:
    """(n_queries, n_keys) bool."""
    keys = n_queries if n_keys is None else n_keys
    if n_queries > keys:
        raise ValueError(f"{n_queries} queries cannot be the last of {keys} positions")
    positions = torch.arange(keys)
    return positions[None, :] <= positions[keys - n_queries :, None]


class MultiHeadAttention(nn.Module):
    """Causal self-attention."""

    def __init__(self, d_model: int, n_heads: int, dropout: float = 0.1) -> None:
        super().__init__()
        if n_heads <= 0:
            raise ValueError(f"n_heads={n_heads} for d_model={d_model}")
        if d_model % n_heads:
            raise ValueError(f"{d_model} features do not split into {n_heads} heads")
        self.h, self.d = n_heads, d_model // n_heads
        self.wq, self.wk, self.wv, self.wo = (nn.Linear(d_model, d_model) for _ in range(4))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        """(batch, seq, d_model) -> (batch, seq, d_model)."""
        q, k, v = (w(x).unflatten(-1, (self.h, self.d)).transpose(1, 2) for w in (self.wq, self.wk, self.wv))
        if cache is not None:
            k, v = cache.append(layer, k, v)
        out = scaled_dot_product_attention(q, k, v, causal_mask(q.shape[2], k.shape[2]))
        return self.dropout(self.wo(out.transpose(1, 2).flatten(2)))
