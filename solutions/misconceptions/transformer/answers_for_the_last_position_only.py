"""Returns the logits of the last position only.

For the TA: forward keeps the last position, since that is the one that predicts the next token. Training then learns from one position
per sequence, and the shape is (batch, 1, vocab).

For the student: How many predictions can a sequence of 64 tokens teach at once? What shape do the logits then have?
"""

from picollm.kv_cache import KVCache
from torch import Tensor


class TransformerModel:
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        if cache is not None:
            return self.forward_cached(tokens, cache)
        x = self._embed(tokens, first_position=0)
        for block in self.blocks:
            x = block(x)
        return self.unembedding(self.final_norm(x[:, -1:]))
