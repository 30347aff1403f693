"""Without a cache each row is sent through the blocks as a batch of one, and the results are concatenated."""

from __future__ import annotations

import torch
from picollm.kv_cache import KVCache
from torch import Tensor, nn


class TransformerModel(nn.Module):
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        past = cache.length if cache is not None else 0
        if past + tokens.shape[1] > self.limit:
            raise ValueError(f"{past + tokens.shape[1]} positions, but max_seq_len is {self.limit}")
        if cache is not None:
            return self._run(tokens, cache)
        results = []
        for number in range(tokens.shape[0]):
            results.append(self._run(tokens[number : number + 1], None))
        return torch.cat(results)

    def _run(self, tokens: Tensor, cache: KVCache | None) -> Tensor:
        x = self.wte(tokens)
        for layer, block in enumerate(self.h):
            x = block(x, cache, layer)
        logits: Tensor = self.head(x)
        return logits
