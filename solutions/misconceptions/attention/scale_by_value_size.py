"""Divides by the root of the value's size

For the TA: The wrong tensor's last dimension; the same in self-attention, so only d != v shows it.

For the student: Which vectors are multiplied to get a score, and how many entries do they have?
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = query @ key.transpose(-2, -1) / math.sqrt(value.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    return torch.softmax(scores, dim=-1) @ value
