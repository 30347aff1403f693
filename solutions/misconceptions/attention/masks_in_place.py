"""Writes the mask into the scores and negates the caller's mask on the way

For the TA: mask.logical_not_() turns the caller's mask round: the first call is right, the next one is not.

For the student: Print the mask after the call.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(mask.logical_not_(), -torch.inf)
    return torch.softmax(scores, dim=-1) @ value
