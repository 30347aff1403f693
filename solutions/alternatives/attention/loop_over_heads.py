"""Each head is a small module with three maps of its own; the model loops over the heads and joins what they return."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    """(..., q, d), (..., k, d), (..., k, v) -> (..., q, v)."""
    scores = torch.matmul(query / math.sqrt(query.size(-1)), key.mT)
    if mask is not None:
        scores = scores.masked_fill(mask.logical_not(), float("-inf"))
    log_weights = scores - torch.logsumexp(scores, dim=-1, keepdim=True)
    return torch.matmul(log_weights.exp(), value)


def causal_mask(n_queries: int, n_keys: int | None = None) -> Tensor:
    """(n_queries, n_keys) bool."""
    if n_keys is None:
        n_keys = n_queries
    elif n_keys < n_queries:
        raise ValueError(f"n_keys ({n_keys}) is smaller than n_queries ({n_queries})")
    future = torch.triu(torch.ones(n_queries, n_keys), diagonal=n_keys - n_queries + 1)
    return future == 0


class Head(nn.Module):
    """One head: (batch, seq, d_model) -> keys, values, queries of (batch, seq, size)."""

    def __init__(self, d_model: int, size: int) -> None:
        super().__init__()
        self.key = nn.Linear(d_model, size, bias=False)
        self.query = nn.Linear(d_model, size, bias=False)
        self.value = nn.Linear(d_model, size, bias=False)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return self.query(x), self.key(x), self.value(x)


class MultiHeadAttention(nn.Module):
    """Causal self-attention, head after head."""

    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        if n_heads < 1 or d_model % n_heads != 0:
            raise ValueError(f"n_heads={n_heads} must divide d_model={d_model}")
        self.heads = nn.ModuleList([Head(d_model, d_model // n_heads) for _ in range(n_heads)])
        self.proj = nn.Linear(d_model, d_model)

    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> tuple[Tensor, None]:
        """(batch, seq, d_model) -> the same, and no weights."""
        parts = [head(x) for head in self.heads]
        queries, keys, values = (torch.stack(part, dim=1) for part in zip(*parts, strict=True))
        if cache is not None:
            keys, values = cache.append(layer, keys, values)
        mask = causal_mask(x.shape[1], keys.shape[2])
        out = [scaled_dot_product_attention(queries[:, i], keys[:, i], values[:, i], mask) for i in range(len(self.heads))]
        return self.proj(torch.cat(out, dim=-1))
