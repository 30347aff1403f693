"""The stream is turned to (seq, batch, d_model) once, before the first block, and back after the last."""

from __future__ import annotations

from picollm.kv_cache import KVCache
from torch import Tensor, nn


class TransformerModel(nn.Module):
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        if cache is not None:
            return self.forward_cached(tokens, cache)
        x = self._embed(tokens, first_position=0).permute(1, 0, 2)
        for block in self.blocks:
            x = block(x)
        logits: Tensor = self.unembedding(self.final_norm(x).permute(1, 0, 2))
        return logits
