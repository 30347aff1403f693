"""Maps queries and keys only; the heads average their pieces of x."""

from __future__ import annotations

from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        if n_heads < 1 or d_model % n_heads:
            raise ValueError(f"cannot cut d_model={d_model} into n_heads={n_heads} equal pieces")
        self.n_heads = n_heads
        self.query = nn.Linear(d_model, d_model, bias=False)
        self.key = nn.Linear(d_model, d_model, bias=False)
        self.output = nn.Linear(d_model, d_model, bias=False)

    def forward(self, x: Tensor, cache: KVCache | None = None, layer: int = 0) -> Tensor:
        query, key, value = (part.unflatten(-1, (self.n_heads, -1)).transpose(1, 2) for part in (self.query(x), self.key(x), x))
        if cache is not None:
            key, value = cache.append(layer, key, value)
        mask = causal_mask(x.shape[1], key.shape[2]).to(x.device)
        mean = scaled_dot_product_attention(query, key, value, mask)
        return self.output(mean.transpose(1, 2).flatten(2))
