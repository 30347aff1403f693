"""Takes the softmax in float32 and converts the weights back

For the TA: Good for half precision, and in float64 half of the digits are gone, though the dtype is right.

For the student: How many digits has a float64 that was a float32 on its way?
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    return torch.softmax(scores, dim=-1, dtype=torch.float32).to(query.dtype) @ value
