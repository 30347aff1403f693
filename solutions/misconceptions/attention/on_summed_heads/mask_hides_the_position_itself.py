"""Each row is one True shorter than it should be: the sum is shifted by one."""

from __future__ import annotations

import torch
from torch import Tensor


def causal_mask(n_queries: int, n_keys: int | None = None) -> Tensor:
    if n_keys is None:
        n_keys = n_queries
    if n_queries > n_keys:
        raise ValueError(f"cannot place {n_queries} queries among {n_keys} keys")
    start = torch.zeros(n_queries, n_keys, dtype=torch.int64)
    start[range(n_queries), range(n_keys - n_queries, n_keys)] = 1
    return (start.flip(-1).cumsum(-1).flip(-1) - start).bool()
