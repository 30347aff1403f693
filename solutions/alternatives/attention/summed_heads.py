"""The heads are summed, not concatenated: each has an output matrix of its own.

All maps are three-dimensional parameters, all products einsum. Masked exponentials are multiplied by zero before the weights are
normalised; no score is ever replaced.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, einsum, nn


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    """(..., q, d), (..., k, d), (..., k, v) -> (..., q, v)."""
    scores = einsum("...qd,...kd->...qk", query, key).div(query.shape[-1] ** 0.5)
    visible = torch.ones_like(scores) if mask is None else mask.to(scores.dtype).expand_as(scores)
    shift = scores.masked_fill(visible == 0, torch.finfo(scores.dtype).min).amax(dim=-1, keepdim=True)
    exponentials = (scores - shift).clamp_max(0).exp() * visible
    norm = exponentials.sum(dim=-1, keepdim=True)
    return einsum("...qk,...kv->...qv", exponentials, value) / torch.where(norm == 0, torch.ones_like(norm), norm)


def causal_mask(n_queries: int, n_keys: int | None = None) -> Tensor:
    """(n_queries, n_keys) bool: each row is one True longer than the row before."""
    if n_keys is None:
        n_keys = n_queries
    if n_queries > n_keys:
        raise ValueError(f"cannot place {n_queries} queries among {n_keys} keys")
    start = torch.zeros(n_queries, n_keys, dtype=torch.int64)
    start[range(n_queries), range(n_keys - n_queries, n_keys)] = 1
    return start.flip(-1).cumsum(-1).flip(-1).bool()


class MultiHeadAttention(nn.Module):
    """Causal self-attention as a sum over heads."""

    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        if n_heads < 1 or d_model % n_heads != 0:
            raise ValueError(f"d_model={d_model}, n_heads={n_heads}: the heads must share out the features")
        shape = (n_heads, d_model, d_model // n_heads)
        self.to_query, self.to_key, self.to_value, self.from_value = (
            nn.Parameter(torch.empty(shape).normal_(std=d_model**-0.5)) for _ in range(4)
        )

    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        """(batch, seq, d_model) -> (batch, seq, d_model)."""
        query, key, value = (einsum("bsm,hmd->bhsd", x, map_) for map_ in (self.to_query, self.to_key, self.to_value))
        if cache is not None:
            key, value = cache.append(layer, key, value)
        mask = causal_mask(query.shape[-2], key.shape[-2]).to(x.device)
        return einsum("bhsd,hmd->bsm", scaled_dot_product_attention(query, key, value, mask), self.from_value)
