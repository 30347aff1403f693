"""Compares with < where <= belongs."""

from __future__ import annotations

import torch
from torch import Tensor


def causal_mask(n_queries: int, n_keys: int | None = None) -> Tensor:
    """(n_queries, n_keys) bool."""
    if n_keys is None:
        n_keys = n_queries
    if n_keys < n_queries:
        raise ValueError(f"n_keys ({n_keys}) is smaller than n_queries ({n_queries})")
    key_places = torch.arange(n_keys)
    query_places = key_places[n_keys - n_queries :]
    return key_places[None] < query_places[:, None]
