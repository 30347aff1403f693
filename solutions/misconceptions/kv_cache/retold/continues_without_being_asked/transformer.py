"""forward_cached notes its cache in the model; forward takes the noted one where it is given none."""

from __future__ import annotations

from picollm.kv_cache import KVCache
from torch import Tensor, nn


class TransformerModel(nn.Module):
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        if cache is None:
            cache = getattr(self, "current_cache", None)
        if cache is not None:
            return self.forward_cached(tokens, cache)
        return self._logits(tokens, None)

    def forward_cached(self, tokens: Tensor, cache: KVCache) -> Tensor:
        self.current_cache = cache
        return self._logits(tokens, cache)

    def _logits(self, tokens: Tensor, cache: KVCache | None) -> Tensor:
        stream = self._embed(tokens, 0 if cache is None else cache.length)
        for number, block in enumerate(self.blocks):
            stream = block(stream, cache, number)
        logits: Tensor = self.unembedding(self.final_norm(stream))
        return logits
