"""Compares the numbers of query and key, both counted from 0."""

from __future__ import annotations

import torch
from torch import Tensor


def causal_mask(n_queries: int, n_keys: int | None = None) -> Tensor:
    """(n_queries, n_keys) bool."""
    keys = n_queries if n_keys is None else n_keys
    if keys < n_queries:
        raise ValueError(f"{n_queries} queries cannot be the last of {keys} positions")
    query_places = torch.arange(n_queries).view(-1, 1)
    key_places = torch.arange(keys).view(1, -1)
    return key_places <= query_places
