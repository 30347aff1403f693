"""Scores and weights are float64 whatever comes in; one batched product adds -1e9 for the mask; heads are folded into the batch."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    """(..., q, d), (..., k, d), (..., k, v) -> (..., q, v), by three-dimensional products."""
    lead = torch.broadcast_shapes(query.shape[:-2], key.shape[:-2], value.shape[:-2])
    flat_query, flat_key, flat_value = (x.double().expand(*lead, *x.shape[-2:]).reshape(-1, *x.shape[-2:]) for x in (query, key, value))
    additive = torch.zeros(1, 1, 1, dtype=torch.float64, device=query.device)
    if mask is not None:
        additive = (~mask).double().mul(-1e9).expand(*lead, query.shape[-2], key.shape[-2]).reshape(-1, query.shape[-2], key.shape[-2])
    scores = torch.baddbmm(additive, flat_query, flat_key.transpose(1, 2), alpha=query.shape[-1] ** -0.5)
    result = torch.bmm(torch.softmax(scores, dim=2), flat_value)
    return result.to(query.dtype).reshape(*lead, query.shape[-2], value.shape[-1])


def causal_mask(n_queries: int, n_keys: int | None = None) -> Tensor:
    """(n_queries, n_keys) bool."""
    n_keys = n_queries if n_keys is None else n_keys
    if n_keys < n_queries:
        raise ValueError(f"{n_keys} keys for {n_queries} queries")
    return ~torch.ones((n_queries, n_keys)).triu(1 + n_keys - n_queries).bool()


class MultiHeadAttention(nn.Module):
    """Causal self-attention; (batch * heads, seq, size) inside."""

    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        if n_heads < 1 or d_model % n_heads:
            raise ValueError(f"{n_heads=} does not divide {d_model=}")
        self.size = d_model // n_heads
        self.maps = nn.ModuleDict({name: nn.Linear(d_model, d_model) for name in ("query", "key", "value", "out")})

    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        """(batch, seq, d_model) -> (batch, seq, d_model)."""
        batch = x.shape[0]
        pieces = {name: torch.stack(self.maps[name](x).split(self.size, dim=-1), dim=1) for name in ("query", "key", "value")}
        if cache is not None:
            pieces["key"], pieces["value"] = cache.append(layer, pieces["key"], pieces["value"])
        query, key, value = (piece.flatten(0, 1) for piece in pieces.values())
        heads = scaled_dot_product_attention(query, key, value, causal_mask(query.shape[1], key.shape[1]).to(x.device))
        return self.maps["out"](torch.cat(heads.unflatten(0, (batch, -1)).unbind(1), dim=-1))
