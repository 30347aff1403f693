"""All blocks' parameters stacked along a first dimension and run by plain functions; a head that starts at zero; the mask in a buffer.

Learned positions, a norm before each sublayer, biases everywhere. The results of the heads are added up by one einsum, not concatenated.
"""

from __future__ import annotations

import torch
from picollm.kv_cache import KVCache
from torch import Tensor, nn
from torch.nn import functional

Weights = dict[str, Tensor]


def rms_norm(x: Tensor, gain: Tensor) -> Tensor:
    """(..., d) with a gain (d,) -> (..., d)."""
    return functional.normalize(x, dim=-1, eps=1e-6) * gain * x.shape[-1] ** 0.5


def attend(x: Tensor, weights: Weights, mask: Tensor, cache: KVCache | None, layer: int) -> Tensor:
    """(batch, new, d) -> (batch, new, d); mask (max, max) bool, True hides."""
    query, key, value = torch.einsum("bsd,phde->pbhse", x, weights["into_heads"]) + weights["into_heads_bias"][:, None, :, None]
    if cache is not None:
        key, value = cache.append(layer, key, value)
    hidden = mask[key.shape[-2] - query.shape[-2] : key.shape[-2], : key.shape[-2]]
    scores = query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5
    return torch.einsum("bhse,hed->bsd", scores.masked_fill(hidden, -torch.inf).softmax(-1) @ value, weights["out_of_heads"])


def think(x: Tensor, weights: Weights) -> Tensor:
    """(batch, seq, d) -> (batch, seq, d)."""
    inner = functional.leaky_relu(functional.linear(x, weights["up"], weights["up_bias"]))
    return functional.linear(inner, weights["down"], weights["down_bias"])


class TransformerModel(nn.Module):
    """(batch, seq) -> (batch, seq, vocab_size)."""

    hidden: Tensor

    def __init__(self, vocab_size: int, d_model: int, n_heads: int, n_blocks: int, *, max_seq_len: int = 1024) -> None:
        super().__init__()
        if n_heads < 1 or d_model % n_heads:
            raise ValueError(f"{n_heads} heads cannot share {d_model} features")

        def normal(*shape: int) -> nn.Parameter:
            return nn.Parameter(torch.randn(shape) * d_model**-0.5)

        size, inner = d_model // n_heads, 3 * d_model
        self.blocks = nn.ParameterDict(
            {
                "into_heads": normal(n_blocks, 3, n_heads, d_model, size),
                "into_heads_bias": nn.Parameter(torch.zeros(n_blocks, 3, n_heads, size)),
                "out_of_heads": normal(n_blocks, n_heads, size, d_model),
                "up": normal(n_blocks, inner, d_model),
                "up_bias": nn.Parameter(torch.zeros(n_blocks, inner)),
                "down": normal(n_blocks, d_model, inner),
                "down_bias": nn.Parameter(torch.zeros(n_blocks, d_model)),
                "gain_1": nn.Parameter(torch.ones(n_blocks, d_model)),
                "gain_2": nn.Parameter(torch.ones(n_blocks, d_model)),
            }
        )
        self.tokens, self.places = normal(vocab_size, d_model), normal(max_seq_len, d_model)
        self.head = nn.Parameter(torch.zeros(vocab_size, d_model))
        self.register_buffer("hidden", torch.ones(max_seq_len, max_seq_len, dtype=torch.bool).triu(1), persistent=False)

    def make_cache(self) -> KVCache:
        return KVCache()

    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        start = cache.length if cache is not None else 0
        stop = start + tokens.shape[-1]
        if stop > len(self.places):
            raise ValueError(f"{stop} positions are more than {len(self.places)}")
        x = functional.embedding(tokens, self.tokens) + self.places[start:stop]
        for layer, values in enumerate(zip(*(parameter.unbind() for parameter in self.blocks.values()), strict=True)):
            weights = dict(zip(self.blocks.keys(), values, strict=True))
            x = x + attend(rms_norm(x, weights["gain_1"]), weights, self.hidden, cache, layer)
            x = x + think(rms_norm(x, weights["gain_2"]), weights)
        return x @ self.head.T
