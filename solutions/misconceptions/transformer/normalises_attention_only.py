"""Normalises what attention reads, and lets the MLP read the raw stream.

For the TA: The second norm of a block is gone, together with its parameters, so every gradient is there. The MLP's input grows with the
stream, and a deep model overflows.

For the student: Both sublayers read the stream. How large is what the MLP of the last block reads, compared with the first?
"""

from picollm.attention import MultiHeadAttention
from picollm.kv_cache import KVCache
from picollm.rmsnorm import RMSNorm
from torch import Tensor, nn


class TransformerBlock:
    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        self.attention_norm = RMSNorm(d_model)
        self.attention = MultiHeadAttention(d_model, n_heads)
        self.mlp = nn.Sequential(nn.Linear(d_model, 4 * d_model), nn.GELU(), nn.Linear(4 * d_model, d_model))

    def forward(self, x: Tensor, cache: KVCache | None = None, layer: int = 0) -> Tensor:
        x = x + self.attention(self.attention_norm(x), cache, layer)
        return x + self.mlp(x)
