"""The logits are moved one place to the left with torch.roll, and the last place is repeated."""

from __future__ import annotations

import torch
from picollm.kv_cache import KVCache
from torch import Tensor, nn


class TransformerModel(nn.Module):
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        if cache is not None:
            return self.forward_cached(tokens, cache)
        hidden = self._embed(tokens, first_position=0)
        for block in self.blocks:
            hidden = block(hidden)
        unshifted = self.unembedding(self.final_norm(hidden))
        shifted = torch.roll(unshifted, shifts=-1, dims=1)
        shifted[:, -1] = unshifted[:, -1]
        return shifted
