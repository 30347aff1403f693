"""Each sublayer's result is assigned to x and normalised; nothing is added."""

from __future__ import annotations

from picollm.kv_cache import KVCache
from torch import Tensor, nn


class Block(nn.Module):
    def forward(self, x: Tensor, cache: KVCache | None, layer: int) -> Tensor:
        x = self.attn(x, cache, layer)
        x = self.ln1(x)
        x = self.down(nn.functional.silu(self.gate(x)).mul(self.up(x)))
        return self.ln2(x)
