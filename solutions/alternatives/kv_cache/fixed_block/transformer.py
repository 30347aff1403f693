"""The transformer that goes with it: attention is part of the block, and compares the numbers of places instead of shifting a triangle."""

import torch
from picollm.kv_cache import KVCache
from picollm.rmsnorm import RMSNorm
from torch import nn


class TransformerModel(nn.Module):
    def __init__(self, vocab_size, d_model, n_heads, n_blocks, *, max_seq_len=1024):
        super().__init__()
        if d_model % n_heads:
            raise ValueError(f"d_model={d_model} is not a multiple of n_heads={n_heads}")
        self.n_heads, self.room = n_heads, max_seq_len
        self.token = nn.Embedding(vocab_size, d_model)
        self.position = nn.Embedding(max_seq_len, d_model)
        self.qkv = nn.ModuleList(nn.Linear(d_model, 3 * d_model) for _ in range(n_blocks))
        self.mix = nn.ModuleList(nn.Linear(d_model, d_model) for _ in range(n_blocks))
        self.up = nn.ModuleList(nn.Linear(d_model, 4 * d_model) for _ in range(n_blocks))
        self.down = nn.ModuleList(nn.Linear(4 * d_model, d_model) for _ in range(n_blocks))
        self.norms = nn.ModuleList(RMSNorm(d_model) for _ in range(2 * n_blocks + 1))
        self.head = nn.Linear(d_model, vocab_size)

    def make_cache(self):
        return KVCache()

    def forward(self, tokens, cache=None):
        first = 0 if cache is None else cache.length
        places = torch.arange(first, first + tokens.shape[1])
        if len(places) == 0 or places[-1] >= self.room:
            raise ValueError(f"max_seq_len is {self.room}")
        x = self.token(tokens) + self.position(places)
        for layer in range(len(self.qkv)):
            x = x + self.attend(layer, self.norms[2 * layer](x), places, cache)
            x = x + self.down[layer](nn.functional.gelu(self.up[layer](self.norms[2 * layer + 1](x))))
        if cache is not None:
            cache.length += tokens.shape[1]
        return self.head(self.norms[-1](x))

    def attend(self, layer, x, places, cache):
        query, keys, values = self.qkv[layer](x).unflatten(-1, (3, self.n_heads, -1)).unbind(2)
        if cache is not None:
            cache.place(len(self.qkv), keys, self.room)
            keys, values = cache.write(layer, keys, values)
        scores = torch.einsum("bqhd,bkhd->bhqk", query, keys) / query.shape[-1] ** 0.5
        later = torch.arange(keys.shape[1])[None, :] > places[:, None]
        weights = scores.masked_fill(later, -1e9).softmax(-1)
        return self.mix[layer](torch.einsum("bhqk,bkhd->bqhd", weights, values).flatten(2))
