"""The root is a float32 tensor, and float64 loses digits there."""

from __future__ import annotations

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    columns = query.transpose(-1, -2) / torch.tensor(float(query.shape[-1])).sqrt()
    scores = key @ columns  # (..., k, q)
    if mask is not None:
        hidden = mask.logical_not().broadcast_to(*scores.shape[:-2], *scores.shape[:-3:-1]).transpose(-1, -2)
        scores[hidden] = -torch.inf
    return (value.transpose(-1, -2) @ torch.softmax(scores, dim=-2)).transpose(-1, -2)
