"""The scores lie on their side, (keys, queries), and the softmax still runs over the last dimension."""

from __future__ import annotations

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    columns = query.transpose(-1, -2) / query.shape[-1] ** 0.5
    scores = key @ columns  # (..., k, q)
    if mask is not None:
        hidden = mask.logical_not().broadcast_to(*scores.shape[:-2], *scores.shape[:-3:-1]).transpose(-1, -2)
        scores[hidden] = -1e9
    return (value.transpose(-1, -2) @ torch.softmax(scores, dim=-1)).transpose(-1, -2)
