"""Exponentiates the scores, multiplies by the mask, divides by the sum."""

from __future__ import annotations

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = torch.einsum("...qd,...kd->...qk", query, key) / math.sqrt(query.shape[-1])
    odds = torch.exp(scores)
    if mask is not None:
        odds = odds * mask
    weights = odds / odds.sum(dim=-1, keepdim=True)
    return torch.einsum("...qk,...kv->...qv", weights, value)
