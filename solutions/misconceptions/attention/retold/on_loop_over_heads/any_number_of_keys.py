"""Compares shifted positions; a negative shift is as good as any."""

from __future__ import annotations

import torch
from torch import Tensor


def causal_mask(n_queries: int, n_keys: int | None = None) -> Tensor:
    """(n_queries, n_keys) bool."""
    keys = n_queries if n_keys is None else n_keys
    shift = keys - n_queries
    return torch.arange(n_queries).add(shift).unsqueeze(1) >= torch.arange(keys)
