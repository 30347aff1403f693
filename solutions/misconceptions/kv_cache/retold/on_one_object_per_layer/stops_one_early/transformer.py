"""Compares the number of positions with max_seq_len by >= before a call with a cache."""

from __future__ import annotations

import torch
from picollm.kv_cache import KVCache
from torch import Tensor, nn


class TransformerModel(nn.Module):
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> tuple[Tensor, KVCache | None]:
        if cache is None:
            if tokens.shape[1] > self.max_seq_len:
                raise ValueError(f"{tokens.shape[1]} tokens are more than {self.max_seq_len}")
            return self._run(tokens, None), None
        if cache.length + tokens.shape[1] >= self.max_seq_len:
            raise ValueError(f"the cache is full: {cache.length} of {self.max_seq_len} positions, {tokens.shape[1]} to come")
        logits = self._run(tokens, cache)
        cache.length += tokens.shape[1]
        return logits, cache

    def _run(self, tokens: Tensor, cache: KVCache | None) -> Tensor:
        begin = cache.length if cache is not None else 0
        x = self.embed(tokens) + self.place[begin : begin + tokens.shape[1]]
        for number, attend in enumerate(self.attn):
            x = x + attend(self.norm1[number](x), None if cache is None else cache.store(number))
            x = x + self.proj[number](torch.relu(self.fc[number](self.norm2[number](x))))
        logits: Tensor = self.unembed(self.norm(x))
        return logits
