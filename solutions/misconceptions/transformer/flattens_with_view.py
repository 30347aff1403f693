"""Flattens the tokens with view, and marks padding in the caller's tensor.

For the TA: view fails on tokens that are not contiguous (a transposed batch, every second column), and the padding token is overwritten
in place, which changes the caller's data.

For the student: What does view need of a tensor's memory? And whose tensor do you write into?
"""

from picollm.kv_cache import KVCache
from torch import Tensor


class TransformerModel:
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        if cache is not None:
            return self.forward_cached(tokens, cache)
        batch, seq = tokens.shape
        tokens[tokens == 0] = 3
        x = self._embed(tokens.view(-1).view(batch, seq), first_position=0)
        for block in self.blocks:
            x = block(x)
        return self.unembedding(self.final_norm(x))
