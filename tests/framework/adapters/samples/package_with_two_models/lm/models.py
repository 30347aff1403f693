"""A sample for the tests: two models that could both be meant, and a nucleus whose mask is moved the wrong way."""

import torch
from torch import nn


class RmsLayerNorm(nn.Module):
    def __init__(self, hidden_size, variance_epsilon=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(hidden_size))
        self.eps = variance_epsilon

    def forward(self, hidden):
        if hidden.shape[-1] != self.weight.shape[0]:
            raise ValueError(f"{hidden.shape[-1]} entries for a norm of {self.weight.shape[0]}")
        wide = hidden.to(torch.promote_types(hidden.dtype, torch.float32))
        return (self.weight * wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + self.eps)).to(hidden.dtype)


class SmallDecoder(nn.Module):
    def __init__(self, vocab_size, d_model, num_heads, num_layers, max_len=512):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, d_model)
        self.head = nn.Linear(d_model, vocab_size)

    def forward(self, tokens):
        return self.head(self.embedding(tokens))


class LargeDecoder(nn.Module):
    def __init__(self, vocab_size, d_model, num_heads, num_layers, max_len=2048):
        super().__init__()
        self.net = nn.Sequential(nn.Embedding(vocab_size, d_model), nn.Linear(d_model, vocab_size))

    def forward(self, tokens):
        return self.net(tokens)


def nucleus_filter_and_sample(logits, p):
    probabilities, order = torch.softmax(logits, dim=-1).sort(dim=-1, descending=True)
    drop = probabilities.cumsum(dim=-1) > p
    drop[..., :-1] = drop[..., 1:].clone()
    kept = probabilities.masked_fill(drop, 0.0) + 1e-12
    return order.gather(-1, torch.multinomial(kept, 1)).squeeze(-1)
