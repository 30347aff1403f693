"""Slides an average over the embedded sequence, so the first layer reads embed_size numbers."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    def __init__(self, vocab_size: int, k: int = 3, embed_size: int = 1024, num_inner_layers: int = 1, chunk_size: int = 1) -> None:
        super().__init__()
        _check_sizes(vocab_size, k, embed_size, num_inner_layers, chunk_size)
        self.k, self.chunk_size, self.padding_id = k, chunk_size, vocab_size
        self.embedding = nn.Embedding(vocab_size + 1, embed_size)
        self.hidden = nn.ModuleList(nn.Linear(embed_size, embed_size) for _ in range(1 + num_inner_layers))
        self.out = nn.Linear(embed_size, vocab_size)

    def forward(self, tokens: Tensor, cache: object = None) -> Tensor:
        _check_tokens(tokens)
        ids = F.pad(tokens, (self.k - 1, 0), value=self.padding_id)
        pieces = []
        for start in range(0, tokens.shape[1], self.chunk_size):
            span = self.embedding(ids[:, start : start + self.chunk_size + self.k - 1])
            hidden = F.avg_pool1d(span.transpose(1, 2), kernel_size=self.k, stride=1).transpose(1, 2)
            for layer in self.hidden:
                hidden = torch.relu(layer(hidden))
            pieces.append(self.out(hidden))
        return torch.cat(pieces, dim=1)
