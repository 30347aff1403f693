"""The transformer that goes with it: rotary positions (Su et al. 2021), halves rotated against each other, no position embedding."""

import torch
from picollm.kv_cache import KVCache
from picollm.rmsnorm import RMSNorm
from torch import nn


def rotated(x, places):
    half = x.shape[-1] // 2
    speeds = 10000.0 ** (-torch.arange(half, dtype=torch.float64) / half)
    angles = (places[:, None] * speeds).to(x.dtype)
    left, right = x[..., :half], x[..., half:]
    return torch.cat((left * angles.cos() - right * angles.sin(), left * angles.sin() + right * angles.cos()), -1)


class Attention(nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        self.n_heads = n_heads
        self.q = nn.Linear(d_model, d_model, bias=False)
        self.k = nn.Linear(d_model, d_model, bias=False)
        self.v = nn.Linear(d_model, d_model, bias=False)
        self.o = nn.Linear(d_model, d_model, bias=False)

    def forward(self, x, cache):
        query, keys, values = (part(x).unflatten(2, (self.n_heads, -1)).transpose(1, 2) for part in (self.q, self.k, self.v))
        if cache is not None:
            keys, values = cache.add(keys, values)
        places = torch.arange(keys.shape[2])
        mine = places[-x.shape[1] :]
        scores = rotated(query, mine) @ rotated(keys, places).transpose(2, 3) / keys.shape[3] ** 0.5
        weights = scores.masked_fill(places > mine[:, None], -torch.inf).softmax(-1)
        return self.o((weights @ values).transpose(1, 2).flatten(2))


class TransformerModel(nn.Module):
    def __init__(self, vocab_size, d_model, n_heads, n_blocks, *, max_seq_len=1024):
        super().__init__()
        if d_model % (2 * n_heads):
            raise ValueError(f"d_model={d_model} does not give n_heads={n_heads} heads of even size")
        self.max_seq_len = max_seq_len
        self.embed = nn.Embedding(vocab_size, d_model)
        self.attention = nn.ModuleList(Attention(d_model, n_heads) for _ in range(n_blocks))
        self.gate = nn.ModuleList(nn.Linear(d_model, 8 * d_model) for _ in range(n_blocks))
        self.down = nn.ModuleList(nn.Linear(4 * d_model, d_model) for _ in range(n_blocks))
        self.norms = nn.ModuleList(RMSNorm(d_model) for _ in range(2 * n_blocks))
        self.last = RMSNorm(d_model)
        self.head = nn.Linear(d_model, vocab_size, bias=False)

    def make_cache(self):
        return KVCache()

    def forward(self, tokens, cache=None):
        if (cache.length if cache is not None else 0) + tokens.shape[1] > self.max_seq_len:
            raise ValueError("too long")
        if cache is not None:
            cache.begin()
        x = self.embed(tokens)
        for number, (attention, gate, down) in enumerate(zip(self.attention, self.gate, self.down, strict=True)):
            x = x + attention(self.norms[2 * number](x), cache)
            open_, value = gate(self.norms[2 * number + 1](x)).chunk(2, -1)
            x = x + down(nn.functional.silu(open_) * value)
        return self.head(self.last(x))
