"""Adds the k look-ups from one shared table and divides by k."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def __init__(self, vocab_size: int, k: int = 3, embed_size: int = 1024, num_inner_layers: int = 1, chunk_size: int = 1) -> None:
        super().__init__()
        if min(vocab_size, k, embed_size, chunk_size) < 1 or num_inner_layers < 0:
            raise ValueError(f"too small: {vocab_size=}, {k=}, {embed_size=}, {num_inner_layers=}, {chunk_size=}")
        self.k, self.chunk_size = k, chunk_size
        self.table = nn.Embedding(vocab_size, embed_size)
        self.first = nn.Linear(embed_size, embed_size)
        self.inner = nn.ModuleList(nn.Linear(embed_size, embed_size) for _ in range(num_inner_layers))
        self.unembed = nn.Linear(embed_size, vocab_size, bias=False)

    def _chunk(self, tokens: Tensor, start: int, stop: int) -> Tensor:
        vectors = self.table(tokens[:, max(start - self.k + 1, 0) : stop])
        vectors = nn.functional.pad(vectors, (0, 0, stop - start + self.k - 1 - vectors.shape[1], 0))
        mean = vectors.unfold(1, self.k, 1).mean(dim=-1)
        hidden = torch.tanh(self.first(mean))
        for layer in self.inner:
            hidden = torch.tanh(layer(hidden))
        return self.unembed(hidden)
