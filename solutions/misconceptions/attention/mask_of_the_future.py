"""The causal mask is True where the key lies in the future

For the TA: triu in place of tril, or the polarity of another library.

For the student: Print causal_mask(3) beside the handout's.
"""

from __future__ import annotations

import torch
from torch import Tensor


def causal_mask(n_queries: int, n_keys: int | None = None) -> Tensor:
    if n_keys is None:
        n_keys = n_queries
    if n_keys < n_queries:
        raise ValueError(f"there must be at least as many keys as queries, got {n_keys} keys for {n_queries} queries")
    return torch.ones(n_queries, n_keys, dtype=torch.bool).triu(diagonal=n_keys - n_queries + 1)
