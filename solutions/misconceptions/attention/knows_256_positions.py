"""Makes its mask once, for 256 positions

For the TA: A buffer made in the constructor, which is not told any length: longer sequences do not fit.

For the student: For how many positions does your module work, and who told it that number?
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        if n_heads < 1 or d_model % n_heads != 0:
            raise ValueError(f"d_model must be divisible by n_heads, got d_model={d_model} and n_heads={n_heads}")
        self.n_heads = n_heads
        self.query_key_value = nn.Linear(d_model, 3 * d_model, bias=False)
        self.output = nn.Linear(d_model, d_model, bias=False)
        self.register_buffer("mask", torch.ones(256, 256, dtype=torch.bool).tril(), persistent=False)

    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        batch, seq, d_model = x.shape
        heads = self.query_key_value(x).view(batch, seq, 3, self.n_heads, d_model // self.n_heads)
        query, key, value = heads.permute(2, 0, 3, 1, 4)
        if cache is not None:
            key, value = cache.append(layer, key, value)
        mask = self.mask[key.shape[-2] - seq : key.shape[-2], : key.shape[-2]]
        attended = scaled_dot_product_attention(query, key, value, mask)
        return self.output(attended.transpose(1, 2).reshape(batch, seq, d_model))
