"""Keeps the last position of each call for the next one.

For the TA: forward adds what the previous call left in self, as a recurrent network might. The first call is right, so a test that calls
once sees nothing.

For the student: Ask your model the same question twice. Which attribute of self has changed in between?
"""

from picollm.kv_cache import KVCache
from torch import Tensor


class TransformerModel:
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        if cache is not None:
            return self.forward_cached(tokens, cache)
        x = self._embed(tokens, first_position=0)
        if hasattr(self, "_carried"):
            x = x + self._carried
        for block in self.blocks:
            x = block(x)
        self._carried = x[:, -1:].mean(dim=0, keepdim=True).detach()
        return self.unembedding(self.final_norm(x))
