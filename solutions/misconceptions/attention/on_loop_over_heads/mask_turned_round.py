"""masked_fill without logical_not."""

from __future__ import annotations

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = torch.matmul(query / query.size(-1) ** 0.5, key.mT)
    if mask is not None:
        scores = scores.masked_fill(mask, -1e9)
    return torch.matmul((scores - torch.logsumexp(scores, dim=-1, keepdim=True)).exp(), value)
