"""One block, repeated in the Sequential."""

import torch
from picollm.rmsnorm import RMSNorm
from torch import nn


class TransformerModel:
    def __init__(self, vocab_size, d_model, n_heads, n_blocks, *, max_seq_len=1024):
        if n_heads < 1 or d_model % n_heads:
            raise ValueError(f"n_heads={n_heads} does not divide d_model={d_model}")
        super().__init__()
        self.context = max_seq_len
        self.embedding = nn.Parameter(torch.randn(vocab_size, d_model) * 0.05)
        self.blocks = nn.Sequential(*([Block(d_model, n_heads)] * n_blocks))
        self.norm = RMSNorm(d_model)
        self.out = nn.Parameter(torch.randn(d_model, vocab_size) * 0.05)
