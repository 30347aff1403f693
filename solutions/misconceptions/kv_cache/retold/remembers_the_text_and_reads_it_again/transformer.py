"""The cache holds one tensor of tokens, and forward_cached runs the model on all of them."""

from __future__ import annotations

from picollm.kv_cache import KVCache
from torch import Tensor, nn


class TransformerModel(nn.Module):
    def forward_cached(self, tokens: Tensor, cache: KVCache) -> Tensor:
        new = tokens.shape[1]
        if new == 0 or cache.length + new > self.max_seq_len:
            raise ValueError(f"{new} new tokens after {cache.length}; max_seq_len is {self.max_seq_len}")
        return self.forward(cache.extend(tokens))[:, -new:]
