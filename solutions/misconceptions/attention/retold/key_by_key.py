"""Takes one query after the other, multiplies it with all keys, and stacks the results."""

from __future__ import annotations

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    n_queries, size = query.shape[-2:]
    allowed = torch.ones(n_queries, key.shape[-2], dtype=torch.bool)
    if mask is not None:
        allowed = allowed & mask
    results = []
    for i in range(n_queries):
        scores = (key @ query[..., i, :, None]).squeeze(-1) / math.sqrt(size)
        weights = scores.masked_fill(~allowed[..., i, :], -torch.inf).softmax(dim=-1)
        results.append((weights[..., None, :] @ value).squeeze(-2))
    return torch.stack(results, dim=-2)
