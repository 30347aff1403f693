"""Leaves the mask out when there is a single query

For the TA: A single query is taken for the newest position, which may see everything; a mask that hides something from it is ignored.

For the student: Give one query, two keys and the mask [[False, True]], with a batch dimension in front. Which key counts?
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    decoding = query.dim() == 4 and query.shape[-2] == 1
    if mask is not None and not decoding:
        scores = scores.masked_fill(~mask, -torch.inf)
    return torch.softmax(scores, dim=-1) @ value
