"""Reads the mask the wrong way round: True hides

For the TA: The polarity of nn.MultiheadAttention's masks. With a causal mask each position sees the future only.

For the student: In the handout, what does True in a mask mean?
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(mask, -1e9)
    return torch.softmax(scores, dim=-1) @ value
