"""Gives masked keys a score of -10 instead of minus infinity

For the TA: The weight is small and not zero: large scores or values shine through the mask.

For the student: Which score has a weight of exactly zero after the softmax?
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -10.0)
    return torch.softmax(scores, dim=-1) @ value
