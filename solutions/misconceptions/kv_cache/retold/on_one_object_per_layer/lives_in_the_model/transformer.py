"""make_cache hands the model's own cache out, and a call with a cache uses that one, whichever it was given."""

from __future__ import annotations

import torch
from picollm.kv_cache import KVCache
from torch import Tensor, nn


class TransformerModel(nn.Module):
    def make_cache(self) -> KVCache:
        if not hasattr(self, "own_cache"):
            self.own_cache = KVCache()
        return self.own_cache

    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> tuple[Tensor, KVCache | None]:
        cached = self.make_cache() if cache is not None else None
        first = cached.length if cached is not None else 0
        last = first + tokens.shape[1]
        if last > self.max_seq_len:
            raise ValueError(f"the text would have {last} positions, at most {self.max_seq_len} are possible")
        x = self.embed(tokens) + self.place[first:last]
        for number, attend in enumerate(self.attn):
            x = x + attend(self.norm1[number](x), cached.store(number) if cached is not None else None)
            x = x + self.proj[number](torch.relu(self.fc[number](self.norm2[number](x))))
        if cached is not None:
            cached.length = last
        return self.unembed(self.norm(x)), cached
