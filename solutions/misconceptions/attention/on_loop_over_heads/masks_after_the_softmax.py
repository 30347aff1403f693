"""The logarithms of the weights are masked, after logsumexp has seen all scores."""

from __future__ import annotations

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = torch.matmul(query / query.size(-1) ** 0.5, key.mT)
    log_weights = scores - torch.logsumexp(scores, dim=-1, keepdim=True)
    if mask is not None:
        log_weights = log_weights.masked_fill(mask.logical_not(), float("-inf"))
    return torch.matmul(log_weights.exp(), value)
