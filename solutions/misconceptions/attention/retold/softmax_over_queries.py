"""Keeps the scores as (keys, queries) and takes the softmax along the last."""

from __future__ import annotations

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    by_key = key @ query.mT / math.sqrt(query.shape[-1])
    if mask is not None:
        allowed = torch.broadcast_to(mask, by_key.mT.shape).mT
        by_key = by_key.masked_fill(~allowed, -torch.inf)
    weights = by_key.softmax(dim=-1)
    return weights.mT @ value
