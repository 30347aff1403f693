"""The scores, not the exponentials, are multiplied by what is visible."""

from __future__ import annotations

import torch
from torch import Tensor, einsum


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = einsum("...qd,...kd->...qk", query, key).div(query.shape[-1] ** 0.5)
    visible = torch.ones_like(scores) if mask is None else mask.to(scores.dtype).expand_as(scores)
    scores = scores * visible
    exponentials = (scores - scores.amax(dim=-1, keepdim=True)).exp()
    return einsum("...qk,...kv->...qv", exponentials, value) / exponentials.sum(dim=-1, keepdim=True)
