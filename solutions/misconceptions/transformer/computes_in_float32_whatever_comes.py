"""Converts to float32 on the way.

For the TA: The stream is cast to float32 before the unembedding, so model.to(bfloat16) or float64 raises a dtype error, or silently
computes in another precision.

For the student: Convert your model to float64 and run it. Which line names a dtype that it should take from its input?
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
        x = self.final_norm(x).float()
        return torch.nn.functional.linear(x, self.unembedding.weight.float())
