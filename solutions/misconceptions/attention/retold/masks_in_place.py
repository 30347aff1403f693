"""Turns the mask round with logical_not_, and fills the scores with masked_fill_."""

from __future__ import annotations

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = torch.matmul(query, key.transpose(-1, -2))
    scores /= math.sqrt(key.shape[-1])
    if mask is not None:
        hidden = mask.logical_not_()
        scores.masked_fill_(hidden, float("-inf"))
    return scores.softmax(dim=-1).matmul(value)
