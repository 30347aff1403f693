"""Clamps the scores so that no exponential can overflow

For the TA: clamp(-2e4, 2e4): all scores beyond it become equal, and share the weight that belongs to the largest.

For the student: Two keys have scores of 30,000 and 40,000. Which weights should they have, and which does your code give them?
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = (query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])).clamp(-2e4, 2e4)
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    return torch.softmax(scores, dim=-1) @ value
