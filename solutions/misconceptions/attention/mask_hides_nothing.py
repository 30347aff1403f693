"""The causal mask allows every pair

For the TA: A mask of ones of the right shape, without tril: every query sees every key. The training loss is superb.

For the student: Print causal_mask(3). Which of its entries have to be False?
"""

from __future__ import annotations

import torch
from torch import Tensor


def causal_mask(n_queries: int, n_keys: int | None = None) -> Tensor:
    if n_keys is None:
        n_keys = n_queries
    if n_keys < n_queries:
        raise ValueError(f"there must be at least as many keys as queries, got {n_keys} keys for {n_queries} queries")
    return torch.ones(n_queries, n_keys, dtype=torch.bool)
