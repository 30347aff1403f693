"""Calls functional dropout, which does not know of eval mode."""

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
        self.first = nn.Linear(k * embed_size, embed_size)
        self.inner = nn.ModuleList([nn.Linear(embed_size, embed_size) for _ in range(num_inner_layers)])
        self.head = nn.Linear(embed_size, vocab_size)

    def forward(self, tokens: Tensor, cache: object = None) -> Tensor:
        _check_tokens(tokens)
        windows = F.pad(tokens, (self.k - 1, 0), value=self.padding_id).unfold(1, self.k, 1)
        logits = []
        for chunk in windows.split(self.chunk_size, dim=1):
            hidden = F.relu(self.first(self.embedding(chunk).flatten(2)))
            for layer in self.inner:
                hidden = F.relu(layer(hidden))
            logits.append(self.head(F.dropout(hidden, p=0.1)))
        return torch.cat(logits, dim=1)
