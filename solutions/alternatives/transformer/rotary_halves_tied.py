"""Rotary positions that pair the first half of a head's features with the second, read from tables; one matrix embeds and unembeds.

The heads' queries and keys are normalised before they are rotated, and how sharply each head attends is learned.
"""

import torch
from picollm.kv_cache import KVCache
from picollm.rmsnorm import RMSNorm
from torch import nn


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q, self.kv, self.o = nn.Linear(width, width, False), nn.Linear(width, 2 * width, False), nn.Linear(width, width, False)
        self.q_norm, self.k_norm = RMSNorm(width // heads), RMSNorm(width // heads)
        self.sharpness = nn.Parameter(torch.ones(heads, 1, 1))

    def forward(self, x, turn, cache, layer):
        q, k, v = (y.unflatten(-1, (self.heads, -1)).transpose(1, 2) for y in (self.q(x), *self.kv(x).chunk(2, dim=-1)))
        q, k = turn(self.q_norm(q) * self.sharpness), turn(self.k_norm(k))
        if cache is not None:
            k, v = cache.append(layer, k, v)
        scores = torch.matmul(q, k.mT) / q.size(-1) ** 0.5
        seen = torch.ones_like(scores[0, 0], dtype=torch.bool).tril(k.size(-2) - q.size(-2))
        weights = torch.where(seen, scores, scores.new_full((), torch.finfo(scores.dtype).min)).softmax(dim=-1)
        return self.o((weights @ v).transpose(1, 2).flatten(2))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.attention_norm, self.mlp_norm = RMSNorm(width), RMSNorm(width)
        self.attention = Attention(width, heads)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width, False), nn.GELU(approximate="tanh"), nn.Linear(4 * width, width, False))

    def forward(self, x, turn, cache, layer):
        x = x + self.attention(self.attention_norm(x), turn, cache, layer)
        return x + self.mlp(self.mlp_norm(x))


class TransformerModel(nn.Module):
    def __init__(self, vocab_size, d_model, n_heads, n_blocks, *, max_seq_len=1024, base=10_000.0):
        super().__init__()
        if n_heads < 1 or d_model % (2 * n_heads):
            raise ValueError(f"d_model={d_model} has to be a multiple of twice n_heads={n_heads}")
        self.embedding = nn.Embedding(vocab_size, d_model)
        nn.init.normal_(self.embedding.weight, std=0.1)
        self.blocks = nn.ModuleList(Block(d_model, n_heads) for _ in range(n_blocks))
        self.norm = RMSNorm(d_model)
        half = d_model // n_heads // 2
        angles = torch.outer(torch.arange(max_seq_len), base ** (torch.arange(half) / -half))
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)

    def make_cache(self):
        return KVCache()

    def forward(self, tokens, cache=None):
        first = cache.length if cache is not None else 0
        end = first + tokens.size(1)
        if end > self.cos.size(0):
            raise ValueError(f"{end} positions, and there are angles for {self.cos.size(0)}")
        cos, sin = self.cos[first:end], self.sin[first:end]

        def turn(x):
            left, right = x.chunk(2, dim=-1)
            return torch.cat((left * cos - right * sin, right * cos + left * sin), dim=-1)

        x = self.embedding(tokens)
        for layer, block in enumerate(self.blocks):
            x = block(x, turn, cache, layer)
        return nn.functional.linear(self.norm(x), self.embedding.weight)
