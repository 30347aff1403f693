"""Accepts any sizes and any tokens

For the TA: No checks: k=0 or chunk_size=0 ends in torch's own errors, or in an empty result.

For the student: What happens for chunk_size=0, and for tokens without a batch dimension?
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    def __init__(self, vocab_size: int, k: int = 3, embed_size: int = 1024, num_inner_layers: int = 1, chunk_size: int = 1) -> None:
        super().__init__()
        self.k = k
        self.chunk_size = chunk_size
        self.padding_id = vocab_size
        self.embedding = nn.Embedding(vocab_size + 1, embed_size)
        layers: list[nn.Module] = [nn.Linear(k * embed_size, embed_size), nn.SiLU()]
        for _ in range(num_inner_layers):
            layers += [nn.Linear(embed_size, embed_size), nn.SiLU()]
        self.mlp = nn.Sequential(*layers, nn.Linear(embed_size, vocab_size))

    def forward(self, tokens: Tensor) -> Tensor:
        padded = F.pad(tokens, (self.k - 1, 0), value=self.padding_id)
        windows = padded.unfold(dimension=1, size=self.k, step=1)
        chunks = [self.mlp(self.embedding(chunk).flatten(start_dim=2)) for chunk in windows.split(self.chunk_size, dim=1)]
        return torch.cat(chunks, dim=1)
