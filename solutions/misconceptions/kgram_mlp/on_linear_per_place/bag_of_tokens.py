"""The newest place's map serves all places"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    def __init__(self, vocab_size: int, k: int = 3, embed_size: int = 1024, num_inner_layers: int = 1, chunk_size: int = 1) -> None:
        super().__init__()
        if min(vocab_size, k, embed_size, chunk_size) < 1 or num_inner_layers < 0:
            raise ValueError(f"too small: {vocab_size=} {k=} {embed_size=} {num_inner_layers=} {chunk_size=}")
        self.k, self.chunk_size, self.padding = k, chunk_size, vocab_size
        self.embed = nn.Embedding(vocab_size + 1, embed_size)
        self.place = nn.Linear(embed_size, embed_size)
        self.inner = nn.ModuleList(nn.Linear(embed_size, embed_size) for _ in range(num_inner_layers))
        self.head = nn.Linear(embed_size, vocab_size)

    def forward(self, tokens: Tensor) -> Tensor:
        if tokens.dim() != 2 or tokens.shape[1] < 1:
            raise ValueError(f"tokens of shape {tuple(tokens.shape)} are not (batch, seq >= 1)")
        batch, seq = tokens.shape
        done = []
        for start in range(0, seq, self.chunk_size):
            stop = min(start + self.chunk_size, seq)
            hidden = self.place(self.embed(tokens[:, start:stop].reshape(-1)))
            for back in range(1, self.k):
                shifted = F.pad(tokens, (back, 0), value=self.padding)[:, start:stop]
                hidden = hidden + self.place(self.embed(shifted.reshape(-1)))
            hidden = F.elu(hidden)
            for layer in self.inner:
                hidden = F.elu(layer(hidden))
            done.append(self.head(hidden).reshape(batch, stop - start, -1))
        return torch.cat(done, dim=1)
