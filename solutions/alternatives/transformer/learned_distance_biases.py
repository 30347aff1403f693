"""A learned bias for each head and distance, shared by all blocks, in place of positions; sublayers normalised after they are computed.

What each sublayer returns is normalised before it is added (and nothing before it reads), so the stream grows by a fixed amount at a time.
Distances beyond 32 count as 32. The keys and values of a layer come out of one map, the queries out of another.
"""

import torch
from picollm.kv_cache import KVCache
from picollm.rmsnorm import RMSNorm
from torch import nn

FARTHEST = 32


class Layer(nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        self.n_heads = n_heads
        self.query = nn.Linear(d_model, d_model)
        self.key_value = nn.Linear(d_model, 2 * d_model)
        self.out = nn.Linear(d_model, d_model)
        self.wide, self.narrow = nn.Linear(d_model, 4 * d_model), nn.Linear(4 * d_model, d_model)
        self.norm_a, self.norm_b = RMSNorm(d_model), RMSNorm(d_model)

    def heads(self, x):
        return x.unflatten(-1, (self.n_heads, -1)).movedim(-2, 1)

    def forward(self, x, bias, remember):
        query = self.heads(self.query(x))
        key, value = remember(*(self.heads(part) for part in self.key_value(x).chunk(2, dim=-1)))
        scores = torch.einsum("bhqd,bhkd->bhqk", query * query.shape[-1] ** -0.5, key) + bias
        found = torch.einsum("bhqk,bhkd->bqhd", torch.softmax(scores, dim=-1), value).flatten(2)
        x = x + self.norm_a(self.out(found))
        return x + self.norm_b(self.narrow(torch.tanh(self.wide(x))))


class TransformerModel(nn.Module):
    def __init__(self, vocab_size, d_model, n_heads, n_blocks, *, max_seq_len=1024):
        super().__init__()
        if n_heads < 1 or d_model % n_heads:
            raise ValueError(f"n_heads={n_heads} must divide d_model={d_model}")
        self.max_seq_len = max_seq_len
        self.embed = nn.Embedding(vocab_size, d_model)
        self.layers = nn.ModuleList(Layer(d_model, n_heads) for _ in range(n_blocks))
        self.biases = nn.Parameter(torch.randn(n_heads, FARTHEST + 1))
        self.last_norm = RMSNorm(d_model)
        self.unembed = nn.Linear(d_model, vocab_size)

    def make_cache(self):
        return KVCache()

    def forward(self, tokens, cache=None):
        new = tokens.shape[1]
        total = new + (0 if cache is None else cache.length)
        assert total <= self.max_seq_len, f"{total} positions are more than {self.max_seq_len}"
        places = torch.arange(total, device=tokens.device)
        distance = places[total - new :, None] - places
        bias = self.biases[:, distance.clamp(0, FARTHEST)].masked_fill(distance < 0, -torch.inf)  # (heads, new, total)
        x = self.embed(tokens)
        for number, layer in enumerate(self.layers):

            def remember(key, value, number=number):
                return (key, value) if cache is None else cache.append(number, key, value)

            x = layer(x, bias, remember)
        return self.unembed(self.last_norm(x))
