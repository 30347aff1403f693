"""Takes the mean square over the sequence.

For the TA: The last norm divides by a root mean square taken over the positions (dim 1) in place of the features. Every position then
depends on all others, the later ones included: a leak of every offset, though the attention mask is right.

For the student: Your attention may be fine. What else in the model looks at more than one position, and along which dimension does it
take its mean?
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
        root_mean_square = torch.sqrt(x.square().mean(dim=1, keepdim=True) + 1e-5)
        return self.unembedding(x / root_mean_square * self.final_norm.weight)
