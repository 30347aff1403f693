"""Returns probabilities.

For the TA: forward ends in a softmax, and the loss applies another one. Training is very slow, since the second softmax can hardly
express certainty.

For the student: What does cross entropy expect to be given? What would the loss be at best, if all its inputs lie between 0 and 1?
"""

from picollm.kv_cache import KVCache
from torch import Tensor


class TransformerModel:
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        if cache is not None:
            return self.forward_cached(tokens, cache).softmax(dim=-1)
        x = self._embed(tokens, first_position=0)
        for block in self.blocks:
            x = block(x)
        return self.unembedding(self.final_norm(x)).softmax(dim=-1)
