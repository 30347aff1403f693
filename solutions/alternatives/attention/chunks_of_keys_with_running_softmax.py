"""Keys and values are read in at most four chunks, with a running maximum and a running sum (online softmax); queries may all be masked.

No score matrix of all keys is ever made. The heads' features are interleaved: feature f belongs to head f modulo n_heads.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

CHUNKS = 4


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    """(..., q, d), (..., k, d), (..., k, v) -> (..., q, v), after Milakov and Gimelshein 2018."""
    size = -(-key.shape[-2] // CHUNKS)
    keys, values = key.split(size, dim=-2), value.split(size, dim=-2)
    masks = [None] * len(keys) if mask is None else mask.expand(*mask.shape[:-1], key.shape[-2]).split(size, dim=-1)
    lowest = torch.finfo(query.dtype).min
    largest, total, result = query.new_full((1,), lowest), query.new_zeros(1), query.new_zeros(1)
    for some_keys, some_values, visible in zip(keys, values, masks, strict=True):
        scores = query @ some_keys.transpose(-2, -1) * query.shape[-1] ** -0.5
        if visible is not None:
            scores = torch.where(visible, scores, -torch.inf)
        new_largest = torch.maximum(largest, scores.amax(dim=-1, keepdim=True))
        shrink, weights = torch.exp(largest - new_largest), torch.exp(scores - new_largest)
        total = total * shrink + weights.sum(dim=-1, keepdim=True)
        result = result * shrink + weights @ some_values
        largest = new_largest
    return result / total.clamp_min(torch.finfo(query.dtype).tiny)


def causal_mask(n_queries: int, n_keys: int | None = None) -> Tensor:
    """(n_queries, n_keys) bool."""
    missing = 0 if n_keys is None else n_keys - n_queries
    if missing < 0:
        raise ValueError(f"{n_queries} queries are more than {n_keys} keys")
    place = torch.arange(n_queries + missing)
    return torch.ge(place.unsqueeze(1), place)[missing:]


class MultiHeadAttention(nn.Module):
    """Causal self-attention with interleaved heads."""

    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        if n_heads <= 0 or d_model % n_heads:
            raise ValueError(f"no {n_heads} heads of equal size in {d_model} features")
        self.n_heads = n_heads
        self.query = nn.Linear(d_model, d_model, bias=False)
        self.key_value = nn.Linear(d_model, 2 * d_model, bias=True)
        self.join = nn.Linear(d_model, d_model, bias=True)

    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        """(batch, seq, d_model) -> (batch, seq, d_model)."""
        batch, seq, d_model = x.shape

        def heads(y: Tensor) -> Tensor:
            return y.reshape(batch, seq, -1, self.n_heads).permute(0, 3, 1, 2)  # (batch, heads, seq, size)

        query, (key, value) = heads(self.query(x)), (heads(y) for y in self.key_value(x).tensor_split(2, dim=-1))
        if cache is not None:
            key, value = cache.append(layer, key, value)
        mask = causal_mask(seq, key.shape[-2]).to(x.device)
        found = scaled_dot_product_attention(query, key, value, mask)
        return self.join(found.permute(0, 2, 3, 1).reshape(batch, seq, d_model))
