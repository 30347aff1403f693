"""The same layer n times in the ModuleList."""

import torch
from picollm.rmsnorm import RMSNorm
from torch import nn


class TransformerModel:
    def __init__(self, vocab_size, d_model, n_heads, n_blocks, *, max_seq_len=1024):
        super().__init__()
        if n_heads < 1 or d_model % n_heads:
            raise ValueError(f"n_heads={n_heads} must divide d_model={d_model}")
        self.max_seq_len = max_seq_len
        self.embed = nn.Embedding(vocab_size, d_model)
        layer = Layer(d_model, n_heads)
        self.layers = nn.ModuleList(layer for _ in range(n_blocks))
        self.biases = nn.Parameter(torch.randn(n_heads, FARTHEST + 1))
        self.last_norm = RMSNorm(d_model)
        self.unembed = nn.Linear(d_model, vocab_size)
