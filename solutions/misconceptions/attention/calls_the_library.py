"""Calls the library's attention

For the TA: torch.nn.functional.scaled_dot_product_attention, which is what was to be written. The values are right.

For the student: Which functions does the last paragraph of the handout's section rule out?
"""

from __future__ import annotations

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    return torch.nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
