"""Negative places are clamped to 0, and nothing tells them apart"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def __init__(self, vocab_size: int, k: int = 3, embed_size: int = 1024, num_inner_layers: int = 1, chunk_size: int = 1) -> None:
        super().__init__()
        if min(vocab_size, k, embed_size, chunk_size) < 1 or num_inner_layers < 0:
            raise ValueError(f"too small: {vocab_size=} {k=} {embed_size=} {num_inner_layers=} {chunk_size=}")
        self.k, self.chunk_size, self.vocab_size = k, chunk_size, vocab_size
        self.table = nn.Parameter(torch.randn(vocab_size, embed_size))
        self.first = nn.Parameter(torch.randn(k, embed_size, embed_size) / (k * embed_size) ** 0.5)
        self.first_bias = nn.Parameter(torch.zeros(embed_size))
        self.inner = nn.ModuleList([nn.Linear(embed_size, embed_size) for _ in range(num_inner_layers)])
        self.out = nn.Linear(embed_size, vocab_size)

    def forward(self, tokens: Tensor) -> Tensor:
        if tokens.dim() != 2 or tokens.shape[1] == 0:
            raise ValueError(f"not (batch, seq) with a position or more: {tuple(tokens.shape)}")
        batch, seq = tokens.shape
        result = self.table.new_empty(batch, seq, self.vocab_size)
        for start in range(0, seq, self.chunk_size):
            positions = torch.arange(start, min(start + self.chunk_size, seq))
            places = (positions[:, None] - torch.arange(self.k)).clamp(min=0)
            windows = self.table[tokens[:, places]]
            hidden = torch.nn.functional.leaky_relu(torch.einsum("bske,keh->bsh", windows, self.first) + self.first_bias)
            for layer in self.inner:
                hidden = torch.nn.functional.leaky_relu(layer(hidden))
            result[:, start : start + self.chunk_size] = self.out(hidden)
        return result
