"""A block with one norm, which stands in front of attention."""

from __future__ import annotations

from picollm.attention import MultiHeadAttention
from picollm.kv_cache import KVCache
from picollm.rmsnorm import RMSNorm
from torch import Tensor, nn


class TransformerBlock(nn.Module):
    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        self.norm = RMSNorm(d_model)
        self.attention = MultiHeadAttention(d_model, n_heads)
        self.up = nn.Linear(d_model, 4 * d_model)
        self.act = nn.GELU()
        self.down = nn.Linear(4 * d_model, d_model)

    def forward(self, x: Tensor, cache: KVCache | None = None, layer: int = 0) -> Tensor:
        x = x + self.attention(self.norm(x), cache, layer)
        hidden = self.act(self.up(x))
        return x + self.down(hidden)
