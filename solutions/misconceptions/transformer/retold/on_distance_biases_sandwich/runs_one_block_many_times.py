"""Multiplies a list that holds one block."""

from __future__ import annotations

import torch
from picollm.rmsnorm import RMSNorm
from torch import nn


class TransformerModel(nn.Module):
    def __init__(self, vocab_size: int, d_model: int, n_heads: int, n_blocks: int, *, max_seq_len: int = 1024) -> None:
        super().__init__()
        if n_heads < 1 or d_model % n_heads != 0:
            raise ValueError(f"d_model={d_model} cannot be divided among n_heads={n_heads}")
        self.context = max_seq_len
        self.embedding = nn.Parameter(torch.empty(vocab_size, d_model).normal_(std=0.05))
        self.blocks = nn.ModuleList([Block(d_model, n_heads)] * n_blocks)
        self.norm = RMSNorm(d_model)
        self.out = nn.Parameter(torch.empty(d_model, vocab_size).normal_(std=0.05))
