"""As short as it gets: sinusoids in neighbouring features, the earlier exercises' parts, a ReLU, no last norm, no limit, no types."""

import torch
from picollm.attention import MultiHeadAttention
from picollm.kv_cache import KVCache
from picollm.rmsnorm import RMSNorm
from torch import nn


class TransformerModel(nn.Module):
    def __init__(self, vocab_size, d_model, n_heads, n_blocks, **_):
        super().__init__()
        d, w = d_model, 4 * d_model
        self.e, self.u = nn.Embedding(vocab_size, d), nn.Linear(d, vocab_size)
        self.a = nn.ModuleList(MultiHeadAttention(d, n_heads) for _ in range(n_blocks))
        self.n = nn.ModuleList(RMSNorm(d) for _ in range(n_blocks))
        self.m = nn.ModuleList(nn.Sequential(RMSNorm(d), nn.Linear(d, w), nn.ReLU(), nn.Linear(w, d)) for _ in range(n_blocks))

    make_cache = staticmethod(KVCache)

    def forward(self, tokens, cache=None):
        x, i = self.e(tokens), torch.arange(self.e.embedding_dim, device=tokens.device)
        p = torch.arange(tokens.size(1), device=tokens.device)[:, None] + (0 if cache is None else cache.length)
        x = x + (p / 1e4 ** (i // 2 * 2 / len(i)) + i % 2 * torch.pi / 2).sin().to(x)
        for layer, (attend, norm, think) in enumerate(zip(self.a, self.n, self.m, strict=True)):
            x = x + attend(norm(x), cache, layer)
            x = x + think(x)
        return self.u(x)
