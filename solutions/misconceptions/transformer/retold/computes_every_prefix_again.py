"""A list comprehension over the prefixes, of each of which the last row is kept."""

from __future__ import annotations

import torch
from picollm.kv_cache import KVCache
from torch import Tensor, nn


class TransformerModel(nn.Module):
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        if cache is not None:
            return self.forward_cached(tokens, cache)
        prefixes = [tokens[:, : end + 1] for end in range(max(tokens.shape[1], 1))]
        return torch.stack([self._predict_next(prefix) for prefix in prefixes], dim=1)

    def _predict_next(self, prefix: Tensor) -> Tensor:
        stream = self._embed(prefix, 0)
        for block in self.blocks:
            stream = block(stream)
        newest: Tensor = self.unembedding(self.final_norm(stream[:, -1]))
        return newest
