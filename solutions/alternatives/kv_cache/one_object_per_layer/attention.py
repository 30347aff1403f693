"""The attention that goes with it: its layer's store comes in place of a cache."""

import math

import torch
from torch import nn


def scaled_dot_product_attention(query, key, value, mask=None):
    scores = torch.matmul(query, key.transpose(-1, -2)) / math.sqrt(query.size(-1))
    if mask is None:
        return scores.softmax(-1) @ value
    allowed = mask.any(-1, keepdim=True)
    scores = torch.where(mask, scores, scores.new_tensor(float("-inf")))
    return torch.where(allowed, scores, scores.new_zeros(())).softmax(-1).mul(allowed) @ value


def causal_mask(n_queries, n_keys=None):
    n_keys = n_queries if n_keys is None else n_keys
    if n_keys < n_queries:
        raise ValueError(f"{n_keys} keys are fewer than {n_queries} queries")
    return torch.arange(n_keys) <= torch.arange(n_keys - n_queries, n_keys)[:, None]


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        if n_heads <= 0 or d_model % n_heads:
            raise ValueError(f"d_model={d_model} is not divisible by n_heads={n_heads}")
        self.n_heads = n_heads
        self.wq = nn.Linear(d_model, d_model)
        self.wk = nn.Linear(d_model, d_model)
        self.wv = nn.Linear(d_model, d_model)
        self.wo = nn.Linear(d_model, d_model)

    def forward(self, x, store=None):
        queries, keys, values = (w(x).unflatten(2, (self.n_heads, -1)) for w in (self.wq, self.wk, self.wv))
        if store is not None:
            keys, values = store.grow(keys, values)
        mask = causal_mask(queries.size(1), keys.size(1))
        mixed = scaled_dot_product_attention(queries.transpose(1, 2), keys.transpose(1, 2), values.transpose(1, 2), mask)
        return self.wo(mixed.transpose(1, 2).flatten(2))
