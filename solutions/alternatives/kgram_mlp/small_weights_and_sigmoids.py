"""All weights start at 0.02 and all biases at 0, as in GPT-2, and the activation is a sigmoid: it learns, but slowly at first."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    """One module for a whole chunk; the output layer has no bias."""

    def __init__(self, vocab_size: int, k: int = 3, embed_size: int = 1024, num_inner_layers: int = 1, chunk_size: int = 1) -> None:
        super().__init__()
        if vocab_size < 1 or k < 1 or embed_size < 1 or chunk_size < 1 or num_inner_layers < 0:
            raise ValueError(f"one is too small: {vocab_size=} {k=} {embed_size=} {num_inner_layers=} {chunk_size=}")
        self.k = k
        self.chunk_size = chunk_size
        self.padding = vocab_size
        hidden = [layer for _ in range(num_inner_layers) for layer in (nn.Linear(embed_size, embed_size), nn.Sigmoid())]
        self.layers = nn.Sequential(
            nn.Embedding(vocab_size + 1, embed_size),
            nn.Flatten(2),
            nn.Linear(k * embed_size, embed_size),
            nn.Sigmoid(),
            *hidden,
            nn.Linear(embed_size, vocab_size, bias=False),
        )
        for parameter in self.parameters():
            if parameter.dim() == 1:
                nn.init.zeros_(parameter)
            else:
                nn.init.normal_(parameter, std=0.02)

    def forward(self, tokens: Tensor) -> Tensor:
        """(batch, seq) -> (batch, seq, vocab_size)."""
        if tokens.dim() != 2:
            raise ValueError(f"expected (batch, seq), got {tokens.dim()} dimensions")
        if tokens.shape[1] == 0:
            raise ValueError("expected seq of 1 or more, got 0")
        before = torch.full((len(tokens), self.k - 1), self.padding, dtype=tokens.dtype)
        windows = torch.cat((before, tokens), dim=1).unfold(1, self.k, 1)
        return torch.cat([self.layers(part) for part in windows.split(self.chunk_size, dim=1)], dim=1)
