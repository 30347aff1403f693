"""The attention that goes with it: einsum over (batch, place, head, size); a past comes in, the present goes out."""

import torch
from torch import nn


def scaled_dot_product_attention(query, key, value, mask=None):
    scores = torch.einsum("...qd,...kd->...qk", query, key) * query.shape[-1] ** -0.5
    if mask is not None:
        scores = scores + torch.zeros(mask.shape, dtype=scores.dtype).masked_fill_(~mask, float("-inf"))
    weights = torch.nan_to_num(scores.softmax(-1)) if mask is not None else scores.softmax(-1)
    return torch.einsum("...qk,...kv->...qv", weights, value)


def causal_mask(n_queries, n_keys=None):
    past = 0 if n_keys is None else n_keys - n_queries
    if past < 0:
        raise ValueError(f"{n_queries} queries and only {n_keys} keys")
    return ~torch.ones(n_queries, past + n_queries, dtype=torch.bool).triu(past + 1)


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        if n_heads < 1 or d_model % n_heads:
            raise ValueError(f"n_heads={n_heads} does not divide d_model={d_model}")
        self.n_heads = n_heads
        self.into_heads = nn.Linear(d_model, 3 * d_model)
        self.out_of_heads = nn.Linear(d_model, d_model)

    def forward(self, x, past=None, use_past=False):
        query, key, value = self.into_heads(x).unflatten(-1, (self.n_heads, 3, -1)).unbind(3)
        if past is not None:
            key, value = torch.cat((past[0], key), 1), torch.cat((past[1], value), 1)
        mask = causal_mask(query.size(1), key.size(1))
        mixed = scaled_dot_product_attention(query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2), mask)
        answer = self.out_of_heads(mixed.transpose(1, 2).flatten(2))
        return (answer, (key, value)) if use_past else answer
