"""The causal mask shows one position too many

For the TA: diagonal=n_keys - n_queries + 1: each query sees the key that comes after it, which is the answer. The training loss is superb.

For the student: Print causal_mask(3). What may the first position see?
"""

from __future__ import annotations

import torch
from torch import Tensor


def causal_mask(n_queries: int, n_keys: int | None = None) -> Tensor:
    if n_keys is None:
        n_keys = n_queries
    if n_keys < n_queries:
        raise ValueError(f"there must be at least as many keys as queries, got {n_keys} keys for {n_queries} queries")
    return torch.ones(n_queries, n_keys, dtype=torch.bool).tril(diagonal=n_keys - n_queries + 1)
