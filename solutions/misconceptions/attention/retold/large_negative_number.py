"""A masked_fill with -10 before the softmax."""

from __future__ import annotations

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = query.matmul(key.mT).div(query.size(-1) ** 0.5)
    if mask is not None:
        scores = scores.masked_fill(mask.logical_not(), -10)
    weights = torch.softmax(scores, dim=-1)
    return weights.matmul(value)
