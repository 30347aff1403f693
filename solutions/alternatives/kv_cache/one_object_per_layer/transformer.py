"""The transformer that goes with it: one path for calls with a cache and without."""

import torch
from picollm.attention import MultiHeadAttention
from picollm.kv_cache import KVCache
from picollm.rmsnorm import RMSNorm
from torch import nn


class TransformerModel(nn.Module):
    def __init__(self, vocab_size, d_model, n_heads, n_blocks, *, max_seq_len=1024):
        super().__init__()
        self.max_seq_len = max_seq_len
        self.embed = nn.Embedding(vocab_size, d_model)
        self.place = nn.Parameter(torch.randn(max_seq_len, d_model) * 0.02)
        self.norm1 = nn.ModuleList(RMSNorm(d_model) for _ in range(n_blocks))
        self.attn = nn.ModuleList(MultiHeadAttention(d_model, n_heads) for _ in range(n_blocks))
        self.norm2 = nn.ModuleList(RMSNorm(d_model) for _ in range(n_blocks))
        self.fc = nn.ModuleList(nn.Linear(d_model, 4 * d_model) for _ in range(n_blocks))
        self.proj = nn.ModuleList(nn.Linear(4 * d_model, d_model) for _ in range(n_blocks))
        self.norm = RMSNorm(d_model)
        self.unembed = nn.Linear(d_model, vocab_size)

    def make_cache(self):
        return KVCache()

    def forward(self, tokens, cache=None):
        start = cache.length if cache is not None else 0
        end = start + tokens.size(1)
        if end > self.max_seq_len:
            raise ValueError(f"{end} positions are more than {self.max_seq_len}")
        x = self.embed(tokens) + self.place[start:end]
        layers = zip(self.norm1, self.attn, self.norm2, self.fc, self.proj, strict=True)
        for number, (norm1, attn, norm2, fc, proj) in enumerate(layers):
            x = x + attn(norm1(x), cache.store(number) if cache is not None else None)
            x = x + proj(torch.relu(fc(norm2(x))))
        if cache is not None:
            cache.length = end
        return self.unembed(self.norm(x)), cache
