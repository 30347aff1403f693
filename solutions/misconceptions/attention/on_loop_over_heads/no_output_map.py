"""The joined heads are the result."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        if n_heads < 1 or d_model % n_heads != 0:
            raise ValueError(f"n_heads={n_heads} must divide d_model={d_model}")
        self.heads = nn.ModuleList([Head(d_model, d_model // n_heads) for _ in range(n_heads)])

    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        parts = [head(x) for head in self.heads]
        queries, keys, values = (torch.stack(part, dim=1) for part in zip(*parts, strict=True))
        if cache is not None:
            keys, values = cache.append(layer, keys, values)
        mask = causal_mask(x.shape[1], keys.shape[2])
        out = [scaled_dot_product_attention(queries[:, i], keys[:, i], values[:, i], mask) for i in range(len(self.heads))]
        return torch.cat(out, dim=-1)
