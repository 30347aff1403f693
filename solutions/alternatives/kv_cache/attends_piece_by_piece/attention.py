"""The attention that goes with it: the largest score, the sum of weights and the weighted sum are carried from piece to piece."""

import math

import torch
from torch import nn


def scaled_dot_product_attention(query, key, value, mask=None):
    return through_pieces(query, [(key, value)], [mask])


def through_pieces(query, pieces, masks):
    largest = total = mixed = None
    for (key, value), mask in zip(pieces, masks, strict=True):
        scores = query @ key.mT / math.sqrt(query.shape[-1])
        if mask is not None:
            scores = torch.where(mask, scores, -math.inf)
        here = scores.detach().amax(-1, keepdim=True)
        new = here if largest is None else torch.maximum(largest, here)
        reference = torch.where(new == -math.inf, 0.0, new)
        weights = torch.exp(scores - reference)
        if largest is None:
            total, mixed = weights.sum(-1, keepdim=True), weights @ value
        else:
            shrink = torch.exp(largest - reference)
            total, mixed = total * shrink + weights.sum(-1, keepdim=True), mixed * shrink + weights @ value
        largest = new
    return mixed / torch.where(total == 0, 1.0, total)


def causal_mask(n_queries, n_keys=None):
    n_keys = n_queries if n_keys is None else n_keys
    if n_keys < n_queries:
        raise ValueError(f"{n_keys} keys cannot serve {n_queries} queries")
    places = torch.arange(n_keys)
    return places[None, :] <= places[n_keys - n_queries :, None]


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        if n_heads < 1 or d_model % n_heads:
            raise ValueError(f"d_model = {d_model} cannot be divided into n_heads = {n_heads}")
        self.n_heads = n_heads
        self.q, self.kv, self.o = nn.Linear(d_model, d_model), nn.Linear(d_model, 2 * d_model), nn.Linear(d_model, d_model)

    def forward(self, x, cache=None, layer=0):
        query = self.q(x).unflatten(-1, (self.n_heads, -1)).transpose(1, 2)
        key, value = self.kv(x).unflatten(-1, (2, self.n_heads, -1)).permute(2, 0, 3, 1, 4)
        pieces = [(key, value)] if cache is None else cache.append(layer, key, value)
        # Of the piece that came last each position sees those up to itself; earlier pieces are all past.
        masks = [None] * (len(pieces) - 1) + [causal_mask(x.shape[1])]
        return self.o(through_pieces(query, pieces, masks).transpose(1, 2).flatten(2))
