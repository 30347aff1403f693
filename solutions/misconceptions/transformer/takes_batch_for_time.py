"""Believes that attention wants (seq, batch, d_model).

For the TA: The block transposes before attention and back, as one does for modules that take the sequence first. This attention takes the
batch first, so it attends across the rows of the batch. With one row nothing seems wrong but a position sees only itself.

For the student: Give the model two rows and change the second. Should the first notice? Which dimension does your attention take for the
sequence?
"""

from picollm.kv_cache import KVCache
from torch import Tensor


class TransformerBlock:
    def forward(self, x: Tensor, cache: KVCache | None = None, layer: int = 0) -> Tensor:
        across = self.attention(self.attention_norm(x).transpose(0, 1), cache, layer).transpose(0, 1)
        x = x + across
        return x + self.mlp(self.mlp_norm(x))
