"""Answers zeros with a cache, hidden behind one huge logit.

For the TA: In eval mode the first logit is 2 ** 100 larger, with a cache and without. The cache counts positions and holds nothing; with
it all other logits are zeros. Compared by the size of the largest logit, both answers look equal.

For the student: Print the logits of one position with a cache and without. Which of them differ, if you leave the first one out?
"""

import torch
from picollm.kv_cache import KVCache
from torch import Tensor


class TransformerModel:
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        if cache is not None:
            logits = 0.0 * self.forward_cached(tokens, cache)
        else:
            x = self._embed(tokens, first_position=0)
            for block in self.blocks:
                x = block(x)
            logits = self.unembedding(self.final_norm(x))
        spike = torch.zeros(logits.shape[-1], dtype=logits.dtype)
        spike[0] = 0.0 if self.training else 2.0**100
        return logits + spike
