"""The einsum of queries and keys, and no factor behind it."""

from __future__ import annotations

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = torch.einsum("...qd,...kd->...qk", query, key)
    if mask is not None:
        scores = torch.where(mask, scores, torch.full_like(scores, -1e30))
    exponentials = (scores - scores.amax(dim=-1, keepdim=True)).exp()
    weights = exponentials / exponentials.sum(dim=-1, keepdim=True)
    return torch.einsum("...qk,...kv->...qv", weights, value)
