"""Gives masked keys a score of -10,000

For the TA: Ordinary scores are far above it, so all seems right; a score below -10,000 (ATT-6) is then beaten by the masked ones.

For the student: Which number is smaller than every score that can come?
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -1e4)
    return torch.softmax(scores, dim=-1) @ value
