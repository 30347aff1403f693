"""Sinusoidal positions, attention and MLP side by side in each block, dropout, and (logits, cache) as the result.

Both sublayers read the same normalised stream and are added together. The mask adds -1e9 in place of -inf. There is no last
norm, and no limit to the length.
"""

from __future__ import annotations

import math

import torch
from picollm.kv_cache import KVCache
from picollm.rmsnorm import RMSNorm
from torch import Tensor, nn


def sinusoids(first: int, seq: int, width: int, like: Tensor) -> Tensor:
    """(seq, width): sines in the first half of the features, cosines in the second."""
    half = (width + 1) // 2
    rates = torch.exp(-math.log(10000.0) * torch.arange(half, device=like.device) / half)
    angles = torch.arange(first, first + seq, device=like.device).unsqueeze(1) * rates
    return torch.cat((angles.sin(), angles.cos()), dim=1)[:, :width].to(like.dtype)


class SelfAttention(nn.Module):
    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        if width % heads != 0:
            raise ValueError(f"{heads} heads do not divide a width of {width}")
        self.heads, self.size = heads, width // heads
        self.q_proj, self.k_proj, self.v_proj, self.o_proj = (nn.Linear(width, width) for _ in range(4))
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor, cache: KVCache | None, layer: int) -> Tensor:
        def split(y: Tensor) -> Tensor:
            return y.view(y.shape[0], y.shape[1], self.heads, self.size).transpose(1, 2)

        query, key, value = split(self.q_proj(x)), split(self.k_proj(x)), split(self.v_proj(x))
        if cache is not None:
            key, value = cache.append(layer, key, value)
        scores = torch.einsum("bhqd,bhkd->bhqk", query, key) / self.size**0.5
        past = key.shape[2] - query.shape[2]
        hidden = torch.ones(scores.shape[-2:], dtype=torch.bool, device=x.device).triu(past + 1)
        weights = self.drop((scores + hidden.to(x.dtype) * -1e9).softmax(-1))
        return self.o_proj(torch.einsum("bhqk,bhkd->bqhd", weights, value).flatten(2))


class ParallelBlock(nn.Module):
    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.norm = RMSNorm(width, eps=1e-6)
        self.attention = SelfAttention(width, heads, dropout)
        self.mlp = nn.Sequential(nn.Linear(width, 2 * width), nn.ReLU(), nn.Linear(2 * width, width), nn.Dropout(dropout))

    def forward(self, x: Tensor, cache: KVCache | None, layer: int) -> Tensor:
        calm = self.norm(x)
        return x + self.attention(calm, cache, layer) + self.mlp(calm)


class TransformerModel(nn.Module):
    def __init__(
        self, vocab_size: int, d_model: int, n_heads: int, n_blocks: int, *, max_seq_len: int = 1024, dropout: float = 0.1
    ) -> None:
        super().__init__()
        self.max_seq_len = max_seq_len
        self.tokens = nn.Embedding(vocab_size, d_model)
        self.layers = nn.ModuleList(ParallelBlock(d_model, n_heads, dropout) for _ in range(n_blocks))
        self.unembed = nn.Linear(d_model, vocab_size)

    def make_cache(self) -> KVCache:
        return KVCache()

    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> tuple[Tensor, KVCache | None]:
        first = 0 if cache is None else cache.length
        x = self.tokens(tokens)
        x = x + sinusoids(first, tokens.shape[1], x.shape[2], x)
        for layer, block in enumerate(self.layers):
            x = block(x, cache, layer)
        return self.unembed(x), cache
