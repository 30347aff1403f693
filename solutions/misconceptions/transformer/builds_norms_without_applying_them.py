"""Builds the norms and never calls them.

For the TA: The blocks' norms exist in __init__ only. Their gains get no gradient, and activations grow from block to block. One of the
most frequent faults in real submissions.

For the student: Search your code for each norm that you build. Where is it called?
"""

from picollm.kv_cache import KVCache
from torch import Tensor


class TransformerBlock:
    def forward(self, x: Tensor, cache: KVCache | None = None, layer: int = 0) -> Tensor:
        x = x + self.attention(x, cache, layer)
        return x + self.mlp(x)
