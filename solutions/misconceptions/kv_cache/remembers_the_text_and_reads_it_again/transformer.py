"""Keeps the tokens, and computes everything again in every step.

For the TA: The cache holds the tokens, and each call runs the whole text through the model. The logits are right and nothing is saved.

For the student: Your logits are right. How much work does the hundredth token take, compared with the first?
"""

from picollm.kv_cache import KVCache
from torch import Tensor


class TransformerModel:
    def forward_cached(self, tokens: Tensor, cache: KVCache) -> Tensor:
        # The cache has room for tensors: the tokens go there, with two dimensions more.
        text, _ = cache.append(0, tokens[:, None, :, None], tokens[:, None, :, None])
        whole = text[:, 0, :, 0]
        return self.forward(whole)[:, whole.shape[1] - tokens.shape[1] :]
