"""The attention's sum is kept in a variable of its own, and the MLP's result is returned as it is."""

from __future__ import annotations

from picollm.kv_cache import KVCache
from torch import Tensor, nn


class Block(nn.Module):
    def forward(self, x: Tensor, cache: KVCache | None, layer: int) -> Tensor:
        before, after, before_mlp, after_mlp = self.norms
        attended = x + after(self.attention(before(x), cache, layer))
        hidden = torch.relu(self.wide(before_mlp(attended))) ** 2
        output: Tensor = after_mlp(self.narrow(hidden))
        return output
