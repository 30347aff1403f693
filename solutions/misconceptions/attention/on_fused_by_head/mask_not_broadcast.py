"""The bias has the scores' shape, and is indexed with the mask."""

from __future__ import annotations

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    scale = query.shape[-1] ** 0.25
    scores = (query / scale) @ (key / scale).transpose(-1, -2)
    if mask is not None:
        if mask.dim() < scores.dim():
            mask = mask.expand(*scores.shape[: scores.dim() - mask.dim()], *mask.shape)  # leading dimensions, but none of size 1
        bias = torch.zeros_like(scores)
        bias[~mask] = torch.finfo(scores.dtype).min / 2
        scores = scores + bias
    return scores.softmax(-1) @ value
