"""Masks after the softmax and leaves the rest as it is

For the TA: Masked weights are zero, but the others add up to less than 1.

For the student: Add up the weights of a query that may see half of the keys.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    weights = torch.softmax(query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1]), dim=-1)
    if mask is not None:
        weights = weights * mask
    return weights @ value
