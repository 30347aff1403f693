"""Everything is turned on its side: features come before positions, the maps are convolutions of width 1, and scores are (keys, queries).

The softmax therefore runs down the columns. Masked scores are overwritten, by index, in a tensor of this call's own.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    """(..., q, d), (..., k, d), (..., k, v) -> (..., q, v)."""
    columns = query.transpose(-1, -2) / torch.tensor(query.shape[-1], dtype=query.dtype).sqrt()
    scores = key @ columns  # (..., k, q)
    if mask is not None:
        hidden = mask.logical_not().broadcast_to(*scores.shape[:-2], *scores.shape[:-3:-1]).transpose(-1, -2)
        scores[hidden] = -torch.inf
    return (value.transpose(-1, -2) @ torch.softmax(scores, dim=-2)).transpose(-1, -2)


def causal_mask(n_queries: int, n_keys: int | None = None) -> Tensor:
    """(n_queries, n_keys) bool, cut out of a long row of True and False: each query's row begins one place further left."""
    if n_keys is None:
        n_keys = n_queries
    if n_keys < n_queries:
        raise ValueError(f"n_queries={n_queries} > n_keys={n_keys}")
    row = torch.tensor([True] * n_keys + [False] * n_queries)
    first = n_queries - 1 + torch.arange(n_keys) - torch.arange(n_queries)[:, None]
    return row[first]


class MultiHeadAttention(nn.Module):
    """Causal self-attention on (batch, d_model, seq)."""

    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        if n_heads < 1 or divmod(d_model, n_heads)[1]:
            raise ValueError(f"d_model={d_model} cannot be shared out to n_heads={n_heads}")
        self.n_heads = n_heads
        self.inward = nn.Conv1d(d_model, 3 * d_model, kernel_size=1)
        self.outward = nn.Conv1d(d_model, d_model, kernel_size=1)

    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        """(batch, seq, d_model) -> (batch, seq, d_model)."""
        projected = self.inward(x.transpose(1, 2)).unflatten(1, (3, self.n_heads, -1))  # (batch, 3, heads, size, seq)
        query, key, value = projected.transpose(-1, -2).unbind(dim=1)
        if cache is not None:
            key, value = cache.append(layer, key, value)
        found = scaled_dot_product_attention(query, key, value, causal_mask(query.shape[2], key.shape[2]).to(x.device))
        return self.outward(found.transpose(-1, -2).flatten(1, 2)).transpose(1, 2)
