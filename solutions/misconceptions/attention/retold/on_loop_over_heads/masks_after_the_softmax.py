"""Fills the weights of masked keys with 0 once they are weights."""

from __future__ import annotations

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    """(..., q, d), (..., k, d), (..., k, v) -> (..., q, v)."""
    weights = torch.softmax(query @ key.mT / math.sqrt(query.size(-1)), dim=-1)
    if mask is not None:
        weights = torch.where(mask, weights, 0.0)
    return weights @ value
