"""A kernel of k + 1, for k tokens before the newest."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    def __init__(self, vocab_size: int, k: int = 3, embed_size: int = 1024, num_inner_layers: int = 1, chunk_size: int = 1) -> None:
        super().__init__()
        if min(vocab_size, k, embed_size, chunk_size) < 1 or num_inner_layers < 0:
            raise ValueError(f"a size is too small: {vocab_size=} {embed_size=} {k=} {chunk_size=} {num_inner_layers=}")
        self.k, self.chunk_size = k, chunk_size
        self.embedding = nn.Embedding(vocab_size, embed_size)
        self.window = nn.Conv1d(embed_size, embed_size, kernel_size=k + 1)
        self.hidden = nn.ModuleList([nn.Conv1d(embed_size, embed_size, 1) for _ in range(num_inner_layers)])
        self.out = nn.Conv1d(embed_size, vocab_size, 1)

    def forward(self, tokens: Tensor) -> Tensor:
        """(batch, seq) -> (batch, seq, vocab_size)."""
        if tokens.dim() != 2 or tokens.shape[1] == 0:
            raise ValueError(f"need tokens (batch, seq), seq at least 1; got {tuple(tokens.shape)}")
        padded = F.pad(tokens, (self.k, 0))
        outputs = []
        for start in range(0, tokens.shape[1], self.chunk_size):
            x = F.relu(self.window(self.embedding(padded[:, start : start + self.chunk_size + self.k]).mT))
            for layer in self.hidden:
                x = F.relu(layer(x))
            outputs.append(self.out(x).mT)
        return torch.cat(outputs, 1)
