"""tril with one less, and a softmax that makes NaN of a row of -inf."""

from __future__ import annotations

import torch
from torch import Tensor


def causal_mask(n_queries: int, n_keys: int | None = None) -> Tensor:
    n_keys = n_queries if n_keys is None else n_keys
    if n_keys < n_queries:
        raise ValueError((n_queries, n_keys))
    return torch.ones(n_queries, n_keys).tril(n_keys - n_queries - 1) > 0
