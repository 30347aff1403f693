"""Exercise attention: scaled dot-product attention, the causal mask, and causal self-attention with several heads.

Source: Vaswani et al. 2017, "Attention Is All You Need", sections 3.2.1 to 3.2.3.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:  # a type only: this exercise does not need that one
    from picollm.kv_cache import KVCache


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    """For each query, the mean of the values, weighted by how well their keys match the query (section 3.2.1).

    Args:
        query: (..., q, d).
        key: (..., k, d).
        value: (..., k, v).
        mask: bool, broadcastable to (..., q, k); True where the query may attend to the key. None: every query attends to every key.

    Returns:
        (..., q, v). A query that may attend to no key at all gets zeros.
    """
    # BEGIN SOLUTION
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])  # (..., q, k)
    if mask is None:
        return torch.softmax(scores, dim=-1) @ value
    weights = torch.softmax(scores.masked_fill(~mask, -torch.inf), dim=-1)
    # Where all of a row is -inf, softmax divides zero by zero.
    weights = weights.masked_fill(~mask.any(dim=-1, keepdim=True), 0.0)
    return weights @ value
    # END SOLUTION


def causal_mask(n_queries: int, n_keys: int | None = None) -> Tensor:
    """Which keys each query may attend to when none may look ahead.

    The queries are the last n_queries of the n_keys positions: the earlier ones may already lie in a cache.

    Args:
        n_queries: number of queries.
        n_keys: number of keys; n_queries when None.

    Returns:
        (n_queries, n_keys) bool, True where the query may attend.

    Raises:
        ValueError: there are fewer keys than queries.
    """
    # BEGIN SOLUTION
    if n_keys is None:
        n_keys = n_queries
    if n_keys < n_queries:
        raise ValueError(f"there must be at least as many keys as queries, got {n_keys} keys for {n_queries} queries")
    # Query i stands at position i + (n_keys - n_queries) and sees the keys up to there.
    return torch.ones(n_queries, n_keys, dtype=torch.bool).tril(diagonal=n_keys - n_queries)
    # END SOLUTION


class MultiHeadAttention(nn.Module):
    """Causal self-attention with n_heads heads of size d_model / n_heads each (section 3.2.2).

    Args:
        d_model: size of the vectors that come in and go out.
        n_heads: number of heads.

    Raises:
        ValueError: d_model is not divisible by n_heads; the message names both.
    """

    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        # BEGIN SOLUTION
        if n_heads < 1 or d_model % n_heads != 0:
            raise ValueError(f"d_model must be divisible by n_heads, got d_model={d_model} and n_heads={n_heads}")
        self.n_heads = n_heads
        self.query_key_value = nn.Linear(d_model, 3 * d_model, bias=False)
        self.output = nn.Linear(d_model, d_model, bias=False)
        # END SOLUTION

    def forward(self, x: Tensor, cache: KVCache | None = None, layer: int = 0) -> Tensor:
        """Each position attends to itself and to those before it.

        Args:
            x: (batch, seq, d_model).
            cache: only for the exercise kv_cache; until then leave it alone. Holds the keys and values of earlier positions,
                and x are then the new positions only.
            layer: whose keys and values these are in the cache; only for the exercise kv_cache.

        Returns:
            (batch, seq, d_model).
        """
        # BEGIN SOLUTION
        batch, seq, d_model = x.shape
        heads = self.query_key_value(x).view(batch, seq, 3, self.n_heads, d_model // self.n_heads)
        query, key, value = heads.permute(2, 0, 3, 1, 4)  # each (batch, n_heads, seq, d_head)
        if cache is not None:
            key, value = cache.append(layer, key, value)  # now (batch, n_heads, earlier + seq, d_head)
        mask = causal_mask(seq, key.shape[-2]).to(x.device)
        attended = scaled_dot_product_attention(query, key, value, mask)  # (batch, n_heads, seq, d_head)
        result: Tensor = self.output(attended.transpose(1, 2).reshape(batch, seq, d_model))
        return result
        # END SOLUTION
