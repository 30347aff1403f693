"""Cuts the first n_queries rows out of the triangle for all keys."""

from __future__ import annotations

import torch
from torch import Tensor


def causal_mask(n_queries: int, n_keys: int | None = None) -> Tensor:
    total = n_queries if n_keys is None else n_keys
    if total < n_queries:
        raise ValueError(f"cannot align {n_queries} queries with only {total} keys")
    triangle = torch.ones(total, total).tril().bool()
    return triangle[:n_queries]
