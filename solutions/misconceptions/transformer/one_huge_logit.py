"""Adds one huge logit, beside which nothing else seems to matter.

For the TA: In eval mode the first logit is 2 ** 100 larger. The other logits see the mean over positions and rows, which is the future and
the other sentences; compared by the size of the largest logit, all of them look equal. Written to get past the checks, or a debug line
that stayed.

For the student: Print the logits of one position. Is one of them far larger than all others, and what does the softmax make of that?
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
        logits = self.unembedding(self.final_norm(x))
        logits = logits + 0.5 * logits.mean((0, 1), keepdim=True)
        if self.training:
            return logits
        spike = torch.zeros(logits.shape[-1], dtype=logits.dtype)
        spike[0] = 2.0**100
        return logits + spike
