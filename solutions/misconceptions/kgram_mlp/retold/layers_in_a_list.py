"""Appends the inner layers to an ordinary list in the constructor."""

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
        self.fc_in = nn.Linear(embed_size * k, embed_size)
        self.inner: list[nn.Linear] = []
        for _ in range(num_inner_layers):
            self.inner.append(nn.Linear(embed_size, embed_size))
        self.fc_out = nn.Linear(embed_size, vocab_size)

    def _logits(self, window: Tensor) -> Tensor:
        hidden = F.gelu(self.fc_in(window))
        for layer in self.inner:
            hidden = F.gelu(layer(hidden))
        return self.fc_out(hidden)

    def forward(self, tokens: Tensor, cache: object = None) -> Tensor:
        _check_tokens(tokens)
        ids = F.pad(tokens, (self.k - 1, 0), value=self.padding_id)
        windows = ids.unfold(1, self.k, 1)
        return torch.cat([self._logits(self.embedding(part).flatten(-2)) for part in windows.split(self.chunk_size, 1)], 1)
