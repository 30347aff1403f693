"""The model multiplies its heads' queries and keys itself, and forgets the root there."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        """(batch, seq, d_model) -> (batch, seq, d_model)."""
        batch, seq, _ = x.shape
        q, k, v = (x @ self.w_in).reshape(batch, seq, self.n_heads, 3, self.size).permute(3, 0, 2, 1, 4)
        if cache is not None:
            k, v = cache.append(layer, k, v)
        scores = torch.einsum("bhqd,bhkd->bhqk", q, k)
        scores = torch.where(causal_mask(seq, k.shape[2]), scores, torch.finfo(scores.dtype).min)
        joined = torch.einsum("bhqk,bhkd->bqhd", scores.softmax(dim=-1), v).flatten(2)
        return joined @ self.w_out
