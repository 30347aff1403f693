"""The norms' gains are (1, 1, d_model), and a learned number scales the logits; it starts at 1, as they do.

Its RMSNorm is its own. Otherwise near the handout: learned positions, a norm before each sublayer and a last one.
"""

import torch
from picollm.attention import MultiHeadAttention
from picollm.kv_cache import KVCache
from torch import nn


class Norm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(1, 1, width))

    def forward(self, x):
        return self.gain * x / (x.pow(2).mean(-1, keepdim=True) + 1e-5).sqrt()


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norms = nn.ModuleList((Norm(width), Norm(width)))
        self.look = MultiHeadAttention(width, heads)
        self.think = nn.Sequential(nn.Linear(width, 4 * width), nn.Mish(), nn.Linear(4 * width, width))

    def forward(self, x, cache, layer):
        x = x + self.look(self.norms[0](x), cache, layer)
        return x + self.think(self.norms[1](x))


class TransformerModel(nn.Module):
    def __init__(self, vocab_size, d_model, n_heads, n_blocks, *, max_seq_len=1024):
        super().__init__()
        self.what, self.where = nn.Embedding(vocab_size, d_model), nn.Embedding(max_seq_len, d_model)
        self.blocks = nn.ModuleList(Block(d_model, n_heads) for _ in range(n_blocks))
        self.last = Norm(d_model)
        self.head = nn.Linear(d_model, vocab_size, bias=False)
        self.scale = nn.Parameter(torch.tensor(1.0))

    def make_cache(self):
        return KVCache()

    def forward(self, tokens, cache=None):
        start = 0 if cache is None else cache.length
        places = torch.arange(start, start + tokens.shape[1], device=tokens.device)
        x = self.what(tokens) + self.where(places)
        for layer, block in enumerate(self.blocks):
            x = block(x, cache, layer)
        return self.scale * self.head(self.last(x))
