"""One fused map ordered head by head (query, key, value of head 0, then of head 1, ...); a finite bias as mask; weights as parameters."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    """(..., q, d), (..., k, d), (..., k, v) -> (..., q, v)."""
    scale = query.shape[-1] ** 0.25  # half of the scaling on either side keeps the products small
    scores = (query / scale) @ (key / scale).transpose(-1, -2)
    if mask is not None:
        bias = torch.zeros(mask.shape, dtype=scores.dtype, device=scores.device)
        bias[~mask] = torch.finfo(scores.dtype).min / 2
        scores = scores + bias
    return scores.softmax(-1) @ value


def causal_mask(n_queries: int, n_keys: int | None = None) -> Tensor:
    """(n_queries, n_keys) bool."""
    total = n_queries if n_keys is None else n_keys
    if total < n_queries:
        raise ValueError(f"got {n_queries=} and {n_keys=}")
    return torch.tril(torch.full((total, total), True))[total - n_queries :]


class MultiHeadAttention(nn.Module):
    """Causal self-attention in the layout (batch, seq, heads, size)."""

    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        if n_heads < 1 or d_model // n_heads * n_heads != d_model:
            raise ValueError(f"d_model {d_model} / n_heads {n_heads} is not whole")
        self.n_heads, self.size = n_heads, d_model // n_heads
        self.w_in = nn.Parameter(torch.randn(d_model, 3 * d_model) * d_model**-0.5)
        self.w_out = nn.Parameter(torch.randn(d_model, d_model) * d_model**-0.5)

    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        """(batch, seq, d_model) -> (batch, seq, d_model)."""
        batch, seq, _ = x.shape
        q, k, v = (x @ self.w_in).reshape(batch, seq, self.n_heads, 3 * self.size).movedim(2, 1).chunk(3, dim=-1)
        if cache is not None:
            k, v = cache.append(layer, k, v)
        out = scaled_dot_product_attention(q, k, v, causal_mask(seq, k.shape[-2]))  # (batch, heads, seq, size)
        return torch.einsum("bhsd,hdm->bsm", out, self.w_out.view(self.n_heads, self.size, -1))
