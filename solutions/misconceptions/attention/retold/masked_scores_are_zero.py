"""Multiplies the scores by the mask."""

from __future__ import annotations

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = torch.matmul(query, key.mT) * query.shape[-1] ** -0.5
    if mask is not None:
        scores = scores * mask.to(scores.dtype)
    return torch.matmul(torch.softmax(scores, dim=-1), value)
