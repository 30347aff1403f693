"""Weights are stored as standard normal numbers, and divided by the root of d_model where they are used (equalised learning rate)."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    """(..., q, d), (..., k, d), (..., k, v) -> (..., q, v)."""
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])  # (..., q, k)
    if mask is None:
        return torch.softmax(scores, dim=-1) @ value
    weights = torch.softmax(scores.masked_fill(~mask, -torch.inf), dim=-1)
    # Where all of a row is -inf, softmax divides zero by zero.
    weights = weights.masked_fill(~mask.any(dim=-1, keepdim=True), 0.0)
    return weights @ value


def causal_mask(n_queries: int, n_keys: int | None = None) -> Tensor:
    """(n_queries, n_keys) bool."""
    if n_keys is None:
        n_keys = n_queries
    if n_keys < n_queries:
        raise ValueError(f"there must be at least as many keys as queries, got {n_keys} keys for {n_queries} queries")
    # Query i stands at position i + (n_keys - n_queries) and sees the keys up to there.
    return torch.ones(n_queries, n_keys, dtype=torch.bool).tril(diagonal=n_keys - n_queries)


class MultiHeadAttention(nn.Module):
    """Causal self-attention."""

    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        if n_heads < 1 or d_model % n_heads != 0:
            raise ValueError(f"d_model must be divisible by n_heads, got d_model={d_model} and n_heads={n_heads}")
        self.n_heads = n_heads
        self.qkv = nn.Parameter(torch.randn(3 * d_model, d_model))
        self.o = nn.Parameter(torch.randn(d_model, d_model))
        self.gain = d_model**-0.5

    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        """(batch, seq, d_model) -> (batch, seq, d_model)."""
        batch, seq, d_model = x.shape
        heads = torch.nn.functional.linear(x, self.qkv * self.gain).view(batch, seq, 3, self.n_heads, d_model // self.n_heads)
        query, key, value = heads.permute(2, 0, 3, 1, 4)  # each (batch, n_heads, seq, d_head)
        if cache is not None:
            key, value = cache.append(layer, key, value)  # now (batch, n_heads, earlier + seq, d_head)
        mask = causal_mask(seq, key.shape[-2]).to(x.device)
        attended = scaled_dot_product_attention(query, key, value, mask)  # (batch, n_heads, seq, d_head)
        result: Tensor = torch.nn.functional.linear(attended.transpose(1, 2).reshape(batch, seq, d_model), self.o * self.gain)
        return result
