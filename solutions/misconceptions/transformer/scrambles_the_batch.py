"""Turns the batch with a reshape.

For the TA: The embedded tokens are transposed and then reshaped to (batch, seq, d_model), which has the right shape and the wrong rows:
tokens of different rows stand in one. With one row nothing is wrong.

For the student: Number the tokens of a (2, 3) batch from 0 to 5 and print them where your blocks begin. What does reshape do that a
transpose does not?
"""

from picollm.kv_cache import KVCache
from torch import Tensor


class TransformerModel:
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        if cache is not None:
            return self.forward_cached(tokens, cache)
        x = self._embed(tokens, first_position=0)
        x = x.transpose(0, 1).reshape(x.shape)
        for block in self.blocks:
            x = block(x)
        return self.unembedding(self.final_norm(x))
