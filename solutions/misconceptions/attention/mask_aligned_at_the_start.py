"""Aligns the causal mask at the start when there are more keys than queries

For the TA: tril() without the offset: with a cache the new positions see only the oldest keys.

For the student: With 2 queries and 5 keys, at which of the 5 positions do the queries stand?
"""

from __future__ import annotations

import torch
from torch import Tensor


def causal_mask(n_queries: int, n_keys: int | None = None) -> Tensor:
    if n_keys is None:
        n_keys = n_queries
    if n_keys < n_queries:
        raise ValueError(f"there must be at least as many keys as queries, got {n_keys} keys for {n_queries} queries")
    return torch.ones(n_queries, n_keys, dtype=torch.bool).tril()
