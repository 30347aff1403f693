"""Loops over the rows of the batch.

For the TA: Each row goes through the model by itself. The logits are exact; the hardware is idle most of the time.

For the student: Your logits are right. What does the first dimension of a tensor do in a matrix product, and who could run the loop for
you?
"""

import torch
from picollm.kv_cache import KVCache
from torch import Tensor


class TransformerModel:
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        if cache is not None:
            return self.forward_cached(tokens, cache)
        logits = []
        for row in tokens:
            x = self._embed(row.unsqueeze(0), first_position=0)
            for block in self.blocks:
                x = block(x)
            logits.append(self.unembedding(self.final_norm(x)))
        return torch.cat(logits)
