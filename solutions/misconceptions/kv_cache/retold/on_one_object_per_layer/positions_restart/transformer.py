"""The table of places is always cut from its beginning."""

from __future__ import annotations

from picollm.kv_cache import KVCache
from torch import Tensor, nn


class TransformerModel(nn.Module):
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> tuple[Tensor, KVCache | None]:
        new = tokens.shape[1]
        total = new if cache is None else new + cache.length
        if total > self.max_seq_len:
            raise ValueError(f"{total} positions, the model knows {self.max_seq_len}")
        x = self.embed(tokens) + self.place[:new]
        for number in range(len(self.attn)):
            own = None if cache is None else cache.store(number)
            x = x + self.attn[number](self.norm1[number](x), own)
            x = x + self.proj[number](self.fc[number](self.norm2[number](x)).relu())
        if cache is not None:
            cache.length = total
        return self.unembed(self.norm(x)), cache
