"""Has no map for the values and takes the mean of the input itself

For the TA: Two maps and the output: the values are cut out of x.

For the student: What are the three roles a position plays, and what makes each of them out of x?
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        if n_heads < 1 or d_model % n_heads != 0:
            raise ValueError(f"d_model must be divisible by n_heads, got d_model={d_model} and n_heads={n_heads}")
        self.n_heads = n_heads
        self.query_key = nn.Linear(d_model, 2 * d_model, bias=False)
        self.output = nn.Linear(d_model, d_model, bias=False)

    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        batch, seq, d_model = x.shape
        query, key = self.query_key(x).view(batch, seq, 2, self.n_heads, d_model // self.n_heads).permute(2, 0, 3, 1, 4)
        value = x.view(batch, seq, self.n_heads, d_model // self.n_heads).transpose(1, 2)
        if cache is not None:
            key, value = cache.append(layer, key, value)
        mask = causal_mask(seq, key.shape[-2]).to(x.device)
        attended = scaled_dot_product_attention(query, key, value, mask)
        return self.output(attended.transpose(1, 2).reshape(batch, seq, d_model))
