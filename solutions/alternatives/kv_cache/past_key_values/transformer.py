"""The transformer that goes with it; the unembedding is the embedding, transposed."""

from picollm.attention import MultiHeadAttention
from picollm.kv_cache import KVCache
from picollm.rmsnorm import RMSNorm
from torch import nn


class TransformerBlock(nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        self.ln_1, self.ln_2 = RMSNorm(d_model), RMSNorm(d_model)
        self.attn = MultiHeadAttention(d_model, n_heads)
        self.mlp = nn.Sequential(nn.Linear(d_model, 4 * d_model), nn.SiLU(), nn.Linear(4 * d_model, d_model))

    def forward(self, x, past=None):
        mixed, present = self.attn(self.ln_1(x), past, use_past=True)
        x = x + mixed
        return x + self.mlp(self.ln_2(x)), present


class TransformerModel(nn.Module):
    def __init__(self, vocab_size, d_model, n_heads, n_blocks, *, max_seq_len=1024):
        super().__init__()
        self.wte = nn.Embedding(vocab_size, d_model)
        self.wpe = nn.Embedding(max_seq_len, d_model)
        self.h = nn.ModuleList([TransformerBlock(d_model, n_heads) for _ in range(n_blocks)])
        self.ln_f = RMSNorm(d_model)
        for embedding in (self.wte, self.wpe):
            nn.init.normal_(embedding.weight, std=0.02)

    def make_cache(self):
        return KVCache()

    def forward(self, tokens, cache=None):
        start = cache.length if cache is not None else 0
        if start + tokens.size(1) > self.wpe.num_embeddings:
            raise ValueError("longer than max_seq_len")
        x = self.wte(tokens) + self.wpe.weight[start : start + tokens.size(1)]
        past = cache.past if cache is not None and cache.past is not None else [None] * len(self.h)
        presents = []
        for block, mine in zip(self.h, past, strict=True):
            x, present = block(x, mine)
            presents.append(present)
        if cache is not None:
            cache.past = tuple(presents)
        return self.ln_f(x) @ self.wte.weight.T
