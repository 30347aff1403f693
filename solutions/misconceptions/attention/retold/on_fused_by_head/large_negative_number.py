"""Fills masked scores with a constant that looks negative enough."""

from __future__ import annotations

import torch
from torch import Tensor

MASKED = -10.0


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    """(..., q, d), (..., k, d), (..., k, v) -> (..., q, v)."""
    scores = torch.matmul(query, key.transpose(-1, -2)) * query.shape[-1] ** -0.5
    if mask is not None:
        scores = torch.where(mask, scores, MASKED)
    return torch.matmul(scores.softmax(-1), value)
