"""Adds the two halves of the MLP's products, the second half first, and the residuals in the other order."""

from picollm.kv_cache import KVCache
from torch import Tensor, nn
from torch.nn import functional as F


def in_halves(layer: nn.Linear, x: Tensor) -> Tensor:
    half = layer.in_features // 2
    return F.linear(x[..., half:], layer.weight[:, half:]) + F.linear(x[..., :half], layer.weight[:, :half], layer.bias)


class TransformerBlock:
    def forward(self, x: Tensor, cache: KVCache | None = None, layer: int = 0) -> Tensor:
        attended = self.attention(self.attention_norm(x), cache, layer) + x
        wide, bend, narrow = self.mlp
        return in_halves(narrow, bend(in_halves(wide, self.mlp_norm(attended)))) + attended
