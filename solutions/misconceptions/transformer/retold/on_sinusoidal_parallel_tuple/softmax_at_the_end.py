"""An nn.Softmax after the unembedding."""

from __future__ import annotations

from picollm.kv_cache import KVCache
from torch import Tensor, nn


class TransformerModel(nn.Module):
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> tuple[Tensor, KVCache | None]:
        past = 0 if cache is None else cache.length
        x = self.tokens(tokens)
        x = x + sinusoids(past, x.shape[1], x.shape[2], x)
        for layer, block in enumerate(self.layers):
            x = block(x, cache, layer)
        probabilities = nn.Softmax(dim=-1)(self.unembed(x))
        return probabilities, cache
