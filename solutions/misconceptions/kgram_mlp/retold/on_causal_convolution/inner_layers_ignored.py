"""The hidden layers are one convolution of width 1, however many were asked for."""

from __future__ import annotations

from torch import nn


class KGramMLPSeqModel(nn.Module):
    def __init__(self, vocab_size: int, k: int = 3, embed_size: int = 1024, num_inner_layers: int = 1, chunk_size: int = 1) -> None:
        super().__init__()
        if min(vocab_size, embed_size, k, chunk_size) < 1 or num_inner_layers < 0:
            raise ValueError(f"a size is too small: {vocab_size=} {embed_size=} {k=} {chunk_size=} {num_inner_layers=}")
        self.k = k
        self.chunk_size = chunk_size
        self.embedding = nn.Embedding(vocab_size, embed_size)
        self.window = nn.Conv1d(embed_size, embed_size, k)
        self.hidden = nn.ModuleList([nn.Conv1d(embed_size, embed_size, 1)])
        self.out = nn.Conv1d(embed_size, vocab_size, 1)
