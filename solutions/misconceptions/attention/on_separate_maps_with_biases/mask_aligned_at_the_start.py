"""The queries are taken for the first positions."""

from __future__ import annotations

import torch
from torch import Tensor


def causal_mask(n_queries: int, n_keys: int | None = None) -> Tensor:
    keys = n_queries if n_keys is None else n_keys
    if n_queries > keys:
        raise ValueError(f"{n_queries} queries cannot be the last of {keys} positions")
    positions = torch.arange(keys)
    return positions[None, :] <= positions[:n_queries, None]
