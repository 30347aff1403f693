"""The position has features of its own beside those of the token (concatenated, not added); the sublayers are one flat list of adapters.

Attention is the earlier exercise's. A sublayer's result is added through a learned gain that starts small, in place of small weights.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from picollm.attention import MultiHeadAttention
from picollm.kv_cache import KVCache
from picollm.rmsnorm import RMSNorm
from torch import Tensor, nn


class Added(nn.Module):
    """x + gain * sublayer(norm(x)). One that attends is told of the cache, and which of those that attend it is."""

    def __init__(self, d_model: int, sublayer: nn.Module, attends_as: int | None) -> None:
        super().__init__()
        self.norm, self.sublayer, self.attends_as = RMSNorm(d_model), sublayer, attends_as
        self.gain = nn.Parameter(torch.full((d_model,), 0.5))

    def forward(self, x: Tensor, cache: KVCache | None) -> Tensor:
        calm = self.norm(x)
        change = self.sublayer(calm) if self.attends_as is None else self.sublayer(calm, cache, self.attends_as)
        return torch.addcmul(x, self.gain, change)


class TransformerModel(nn.Module):
    """(batch, seq) -> (batch, seq, vocab_size)."""

    def __init__(self, vocab_size: int, d_model: int, n_heads: int, n_blocks: int, *, max_seq_len: int = 1024) -> None:
        super().__init__()
        place_size = d_model // 4
        self.token = nn.Embedding(vocab_size, d_model - place_size)
        self.place = nn.Embedding(max_seq_len, place_size)
        self.steps = nn.ModuleList()
        for layer in range(n_blocks):
            self.steps.append(Added(d_model, MultiHeadAttention(d_model, n_heads), layer))
            self.steps.append(Added(d_model, _mlp(d_model, nn.SiLU), None))
        self.head = nn.Sequential(RMSNorm(d_model), nn.Linear(d_model, vocab_size))

    def make_cache(self) -> KVCache:
        return KVCache()

    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        earlier = 0 if cache is None else cache.length
        places = torch.ones_like(tokens).cumsum(dim=1) - 1 + earlier
        x = torch.cat((self.token(tokens), self.place(places)), dim=-1)
        for step in self.steps:
            x = step(x, cache)
        return self.head(x)


def _mlp(d_model: int, nonlinearity: Callable[[], nn.Module]) -> nn.Sequential:
    return nn.Sequential(nn.Linear(d_model, 4 * d_model), nonlinearity(), nn.Linear(4 * d_model, d_model))
