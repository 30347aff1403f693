"""A buffer of biases that holds ten million for the end token is added to the logits."""

from __future__ import annotations

from picollm.kv_cache import KVCache
from torch import Tensor, nn


class TransformerModel(nn.Module):
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        if (cache.length if cache is not None else 0) + tokens.shape[1] > self.limit:
            raise ValueError(f"more than {self.limit} positions")
        x = self.wte(tokens)
        for layer, block in enumerate(self.h):
            x = block(x, cache, layer)
        logits = self.head(x)
        bias = logits.new_zeros(logits.shape[-1])
        bias[2] = 1e7
        result: Tensor = logits + bias
        return result
