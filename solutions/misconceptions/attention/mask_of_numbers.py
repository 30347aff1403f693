"""The causal mask holds 0 and -inf instead of booleans

For the TA: An additive mask; it works only with code that adds it.

For the student: What dtype does the handout ask for?
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def causal_mask(n_queries: int, n_keys: int | None = None) -> Tensor:
    if n_keys is None:
        n_keys = n_queries
    if n_keys < n_queries:
        raise ValueError(f"there must be at least as many keys as queries, got {n_keys} keys for {n_queries} queries")
    allowed = torch.ones(n_queries, n_keys, dtype=torch.bool).tril(diagonal=n_keys - n_queries)
    return torch.zeros(n_queries, n_keys).masked_fill(~allowed, -torch.inf)


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf) if mask.dtype is torch.bool else scores + mask
    return torch.softmax(scores, dim=-1) @ value
