"""The first dimension is taken for the sequence: (d_model, batch) columns for each position."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        projected = self.inward(x.permute(1, 2, 0)).unflatten(1, (3, self.n_heads, -1))
        query, key, value = projected.transpose(-1, -2).unbind(dim=1)
        found = scaled_dot_product_attention(query, key, value, causal_mask(query.shape[2], key.shape[2]).to(x.device))
        return self.outward(found.transpose(-1, -2).flatten(1, 2)).permute(2, 0, 1)
