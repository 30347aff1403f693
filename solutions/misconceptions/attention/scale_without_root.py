"""Divides the scores by d instead of its root

For the TA: The softmax becomes too flat. With d = 1 nothing shows.

For the student: Work the handout's example by hand. Where does the 0.7071 come from?
"""

from __future__ import annotations

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = query @ key.transpose(-2, -1) / query.shape[-1]
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    return torch.softmax(scores, dim=-1) @ value
