"""Distance biases (ALiBi) in place of positions, one set of small matrices per head, and norms before and after each sublayer.

The heads are a list of modules that each have their own queries, keys and values; the results are concatenated. The MLP squares its ReLU.
A sequence that is too long is cut to its last max_seq_len tokens. The unembedding has no module: its matrix is a plain parameter.
"""

import torch
from picollm.kv_cache import KVCache
from picollm.rmsnorm import RMSNorm
from torch import nn


class Head(nn.Module):
    """One head; returns its keys and values, so that the block can put those of all heads into the cache together."""

    def __init__(self, width, size, slope):
        super().__init__()
        self.query = nn.Linear(width, size, bias=False)
        self.key = nn.Linear(width, size, bias=False)
        self.value = nn.Linear(width, size, bias=False)
        self.slope = slope

    def attend(self, x, key, value):
        query = self.query(x)
        places = torch.arange(key.shape[1], device=x.device)
        distance = places[-query.shape[1] :, None] - places  # (new, all); negative for the future
        scores = query @ key.mT * query.shape[-1] ** -0.5 - self.slope * distance.to(x.dtype)
        return scores.masked_fill(distance < 0, float("-inf")).softmax(dim=-1) @ value


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = nn.ModuleList(Head(width, width // heads, 2.0 ** -(index + 1)) for index in range(heads))
        self.join = nn.Linear(width, width, bias=False)
        self.norms = nn.ModuleList(RMSNorm(width) for _ in range(4))
        self.wide = nn.Linear(width, 4 * width)
        self.narrow = nn.Linear(4 * width, width)

    def attention(self, x, cache, layer):
        key = torch.stack([head.key(x) for head in self.heads], dim=1)  # (batch, heads, new, size)
        value = torch.stack([head.value(x) for head in self.heads], dim=1)
        if cache is not None:
            key, value = cache.append(layer, key, value)
        return self.join(torch.cat([head.attend(x, key[:, i], value[:, i]) for i, head in enumerate(self.heads)], dim=-1))

    def forward(self, x, cache, layer):
        before, after, before_mlp, after_mlp = self.norms
        x = x + after(self.attention(before(x), cache, layer))
        return x + after_mlp(self.narrow(self.wide(before_mlp(x)).relu().square()))


class TransformerModel(nn.Module):
    def __init__(self, vocab_size, d_model, n_heads, n_blocks, *, max_seq_len=1024):
        if n_heads < 1 or d_model % n_heads:
            raise ValueError(f"n_heads={n_heads} does not divide d_model={d_model}")
        super().__init__()
        self.context = max_seq_len
        self.embedding = nn.Parameter(torch.randn(vocab_size, d_model) * 0.05)
        self.blocks = nn.Sequential(*(Block(d_model, n_heads) for _ in range(n_blocks)))
        self.norm = RMSNorm(d_model)
        self.out = nn.Parameter(torch.randn(d_model, vocab_size) * 0.05)

    def make_cache(self):
        return KVCache()

    def forward(self, tokens, cache=None):
        x = self.embedding[tokens[:, -self.context :]]
        for layer, block in enumerate(self.blocks):
            x = block(x, cache, layer)
        return self.norm(x) @ self.out
