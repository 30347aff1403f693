"""Writes the softmax without subtracting the largest score

For the TA: exp(1000) is infinite; infinite divided by infinite is NaN.

For the student: What is exp(1000) in float32? What can be subtracted from all scores without changing the weights?
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    exponentials = scores.exp()
    return exponentials / exponentials.sum(dim=-1, keepdim=True) @ value
