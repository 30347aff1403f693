"""Adds sines and cosines to queries and keys, as every transformer needs positions."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def forward(self, x: Tensor, cache: KVCache | None = None, layer: int = 0) -> Tensor:
        seq = x.shape[1]
        query, key, value = (part.unflatten(-1, (self.n_heads, -1)).transpose(1, 2) for part in self.query_key_value(x).chunk(3, dim=-1))
        if cache is not None:
            key, value = cache.append(layer, key, value)
        n_keys = key.shape[2]
        code = _position_code(n_keys, key.shape[-1]).to(x)
        mask = causal_mask(seq, n_keys).to(x.device)
        attended = scaled_dot_product_attention(query + code[n_keys - seq :], key + code, value, mask)
        return self.output(attended.transpose(1, 2).flatten(2))


def _position_code(length: int, size: int) -> Tensor:
    """(length, size): sines at even places, cosines at odd ones."""
    place = torch.arange(size)
    angles = torch.arange(length).unsqueeze(1) / 10000 ** (place // 2 * 2 / size)
    return torch.where(place % 2 == 0, angles.sin(), angles.cos())
