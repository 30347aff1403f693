"""Returns the joined heads before the projection."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        """(batch, seq, d_model) -> the same."""
        queries, keys, values = (torch.stack(part, dim=1) for part in zip(*(head(x) for head in self.heads), strict=True))
        if cache is not None:
            keys, values = cache.append(layer, keys, values)
        out = scaled_dot_product_attention(queries, keys, values, causal_mask(x.shape[1], keys.shape[2]))
        return out.transpose(1, 2).flatten(2)
