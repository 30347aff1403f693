"""Writes through scores[~mask], which wants a mask of the same shape; the model expands its own."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    """(..., q, d), (..., k, d), (..., k, v) -> (..., q, v)."""
    scores = query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5
    if mask is not None:
        scores[~mask] = float("-inf")
    return torch.softmax(scores, dim=-1) @ value


class MultiHeadAttention(nn.Module):
    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        """(batch, seq, d_model) -> (batch, seq, d_model)."""
        batch, seq, _ = x.shape
        q, k, v = (x @ self.w_in).reshape(batch, seq, self.n_heads, 3, self.size).permute(3, 0, 2, 1, 4)
        if cache is not None:
            k, v = cache.append(layer, k, v)
        mask = causal_mask(seq, k.shape[2]).expand(batch, self.n_heads, -1, -1)
        out = scaled_dot_product_attention(q, k, v, mask)
        return out.transpose(1, 2).flatten(2) @ self.w_out
