"""Drops at random in eval mode too.

For the TA: functional.dropout without training=self.training: it drops whatever the mode is. Every call gives other logits.

For the student: Ask your model the same question twice after model.eval(). How does a function know which mode the module is in?
"""

from picollm.kv_cache import KVCache
from torch import Tensor
from torch.nn import functional


class TransformerBlock:
    def forward(self, x: Tensor, cache: KVCache | None = None, layer: int = 0) -> Tensor:
        x = x + functional.dropout(self.attention(self.attention_norm(x), cache, layer), 0.1)
        return x + functional.dropout(self.mlp(self.mlp_norm(x)), 0.1)
