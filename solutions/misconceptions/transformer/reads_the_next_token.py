"""Shifts the output so that it lines up with the targets.

For the TA: The stream is rolled by one place before the unembedding, so the logits at position t are computed from token t+1, which is
the answer. The training loss is superb and the text is noise. The leak has offset 1.

For the student: Your loss may look too good. Which token do the logits at position t have to predict, and is that token among those they
were computed from?
"""

import torch
from picollm.kv_cache import KVCache
from torch import Tensor


class TransformerModel:
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        if cache is not None:
            return self.forward_cached(tokens, cache)
        x = self._embed(tokens, first_position=0)
        for block in self.blocks:
            x = block(x)
        return self.unembedding(self.final_norm(torch.roll(x, -1, dims=1)))
