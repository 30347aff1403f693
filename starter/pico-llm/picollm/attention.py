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
    raise NotImplementedError("attention is not started: see handout section 6, Attention")


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
    raise NotImplementedError("attention is not started: see handout section 6, Attention")


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
        raise NotImplementedError("attention is not started: see handout section 6, Attention")

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
        raise NotImplementedError("attention is not started: see handout section 6, Attention")
