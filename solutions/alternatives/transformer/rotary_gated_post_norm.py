"""Rotary positions in interleaved pairs, norm after each residual sum, a gated MLP, and an unembedding tied to the embedding.

Its attention is its own: one matrix for queries, keys and values, with biases, and the library's fused attention function. There is no
last norm, since the last block ends with one.
"""

import torch
from picollm.kv_cache import KVCache
from picollm.rmsnorm import RMSNorm
from torch import nn
from torch.nn import functional as F


def rotate(x, angles):
    """Turn each pair of neighbours (x0, x1) by its angle: x (batch, heads, seq, d_head), angles (seq, d_head / 2)."""
    even, odd = x[..., 0::2], x[..., 1::2]
    cos, sin = angles.cos(), angles.sin()
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1).flatten(-2)


class RotaryAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        if width % heads or (width // heads) % 2:
            raise ValueError(f"d_model={width} must be divisible by n_heads={heads}, into heads of even size")
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x, cache, layer):
        batch, seq, width = x.shape
        size = width // self.heads
        q, k, v = (part.unflatten(-1, (self.heads, size)).transpose(1, 2) for part in self.qkv(x).chunk(3, dim=-1))
        start = 0 if cache is None else cache_length_before(cache, layer, seq)
        places = torch.arange(start, start + seq, device=x.device, dtype=x.dtype)
        frequencies = 10000.0 ** (-torch.arange(0, size, 2, device=x.device, dtype=x.dtype) / size)
        angles = places[:, None] * frequencies
        q, k = rotate(q, angles), rotate(k, angles)
        if cache is not None:
            k, v = cache.append(layer, k, v)
        mask = torch.arange(k.shape[2], device=x.device) <= torch.arange(start, start + seq, device=x.device)[:, None]
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.out(mixed.transpose(1, 2).reshape(batch, seq, width))


def cache_length_before(cache, layer, seq):
    """How many positions were there before this call: the first layer has already added its own when the others ask."""
    return cache.length if layer == 0 else cache.length - seq


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.attn = RotaryAttention(width, heads)
        self.ln1 = RMSNorm(width)
        self.ln2 = RMSNorm(width)
        hidden = 8 * width // 3
        self.gate = nn.Linear(width, hidden, bias=False)
        self.up = nn.Linear(width, hidden, bias=False)
        self.down = nn.Linear(hidden, width, bias=False)

    def forward(self, x, cache, layer):
        x = self.ln1(x + self.attn(x, cache, layer))
        return self.ln2(x + self.down(F.silu(self.gate(x)) * self.up(x)))


class TransformerModel(nn.Module):
    def __init__(self, vocab_size, d_model, n_heads, n_blocks, *, max_seq_len=1024):
        super().__init__()
        self.limit = max_seq_len
        self.wte = nn.Embedding(vocab_size, d_model)
        self.h = nn.ModuleList([Block(d_model, n_heads) for _ in range(n_blocks)])
        self.head = nn.Linear(d_model, vocab_size, bias=False)
        self.head.weight = self.wte.weight
        nn.init.normal_(self.wte.weight, std=0.1)

    def make_cache(self):
        return KVCache()

    def forward(self, tokens, cache=None):
        if (0 if cache is None else cache.length) + tokens.size(1) > self.limit:
            raise IndexError("longer than max_seq_len")
        x = self.wte(tokens)
        for layer, block in enumerate(self.h):
            x = block(x, cache, layer)
        return self.head(x)
