"""The mask is cut to the shape of the scores by hand."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = torch.matmul(query / math.sqrt(query.size(-1)), key.mT)
    if mask is not None:
        scores = scores.masked_fill(mask.logical_not().view(scores.shape), float("-inf"))
    log_weights = scores - torch.logsumexp(scores, dim=-1, keepdim=True)
    return torch.matmul(log_weights.exp(), value)
