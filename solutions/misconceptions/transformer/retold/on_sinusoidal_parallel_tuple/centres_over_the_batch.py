"""Each block first subtracts x.mean(0), and hands the centred stream on."""

from __future__ import annotations

from picollm.kv_cache import KVCache
from torch import Tensor, nn


class ParallelBlock(nn.Module):
    def forward(self, x: Tensor, cache: KVCache | None, layer: int) -> Tensor:
        centred = x - x.mean(dim=0, keepdim=True)
        quiet = self.norm(centred)
        update = self.attention(quiet, cache, layer) + self.mlp(quiet)
        return centred + update
