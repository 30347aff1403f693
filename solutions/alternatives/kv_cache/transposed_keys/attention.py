"""The attention that goes with it: batched products over (batch * heads), and a mask that is added, with a large negative number."""

import torch
from torch import nn


def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query.div(query.shape[-1] ** 0.5).matmul(key.transpose(-1, -2))
    if mask is None:
        return scores.softmax(-1).matmul(value)
    scores = scores.add(mask.logical_not().to(scores.dtype), alpha=-1e30)
    weights = scores.sub(scores.amax(-1, keepdim=True)).exp().mul(mask)
    return weights.div(weights.sum(-1, keepdim=True).clamp(min=torch.finfo(scores.dtype).tiny)).matmul(value)


def causal_mask(n_queries, n_keys=None):
    n_keys = n_queries if n_keys is None else n_keys
    if n_keys < n_queries:
        raise ValueError(f"n_keys={n_keys} is less than n_queries={n_queries}")
    lag = torch.arange(n_keys).sub(torch.arange(n_keys - n_queries, n_keys).unsqueeze(1))
    return lag.le(0)


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        if n_heads < 1 or d_model % n_heads:
            raise ValueError(f"no {n_heads} heads (n_heads) fit into {d_model} (d_model)")
        self.n_heads, self.size = n_heads, d_model // n_heads
        self.q, self.k, self.v = (nn.Linear(d_model, d_model, bias=False) for _ in range(3))
        self.o = nn.Linear(d_model, d_model)

    def split(self, x):
        batch, seq, _ = x.shape
        return x.reshape(batch, seq, self.n_heads, self.size).transpose(1, 2).reshape(batch * self.n_heads, seq, self.size)

    def forward(self, x, cache=None, layer=0):
        batch, seq, d_model = x.shape
        query, key_t, value = self.split(self.q(x)), self.split(self.k(x)).transpose(1, 2), self.split(self.v(x))
        if cache is not None:
            key_t, value = cache.put(layer, key_t, value, self.n_heads)
        blocked = (~causal_mask(seq, value.shape[1])).to(x.dtype) * torch.finfo(x.dtype).min
        weights = torch.softmax(torch.baddbmm(blocked, query, key_t, alpha=self.size**-0.5), -1)
        mixed = torch.bmm(weights, value).reshape(batch, self.n_heads, seq, self.size)
        return self.o(mixed.transpose(1, 2).reshape(batch, seq, d_model))
