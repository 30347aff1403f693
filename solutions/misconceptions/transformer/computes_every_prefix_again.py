"""Runs the model once for every prefix, to be sure that nothing leaks.

For the TA: For each position the prefix that ends there goes through all blocks, and only its last output is kept. The logits are exact
and cost seq times as much.

For the student: Your logits are right. How often is the first token's vector computed in one call, and does it come out differently each
time?
"""

import torch
from picollm.kv_cache import KVCache
from torch import Tensor


class TransformerModel:
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        if cache is not None:
            return self.forward_cached(tokens, cache)
        logits = []
        for end in range(1, tokens.shape[1] + 1):
            x = self._embed(tokens[:, :end], first_position=0)
            for block in self.blocks:
                x = block(x)
            logits.append(self.unembedding(self.final_norm(x[:, -1:])))
        return torch.cat(logits, dim=1)
