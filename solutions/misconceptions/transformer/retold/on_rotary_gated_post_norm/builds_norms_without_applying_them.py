"""The forward of the block has the two residual sums and no norm around them."""

from __future__ import annotations

from picollm.kv_cache import KVCache
from torch import Tensor, nn
from torch.nn import functional


class Block(nn.Module):
    def forward(self, x: Tensor, cache: KVCache | None, layer: int) -> Tensor:
        x = x + self.attn(x, cache, layer)
        gated = functional.silu(self.gate(x)) * self.up(x)
        return x + self.down(gated)
