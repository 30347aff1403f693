"""Embeds the sequence once, pads with zero vectors, takes windows of embeddings as a view; has dropout, and returns a tuple."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    """The windows are views of the embedded sequence until a chunk is flattened."""

    def __init__(
        self, vocab_size: int, k: int = 3, embed_size: int = 1024, num_inner_layers: int = 1, chunk_size: int = 1, dropout: float = 0.1
    ) -> None:
        super().__init__()
        if min(vocab_size, k, embed_size, chunk_size) < 1:
            raise ValueError(f"sizes must be positive: {vocab_size=} {k=} {embed_size=} {chunk_size=}")
        if num_inner_layers < 0:
            raise ValueError(f"num_inner_layers={num_inner_layers} is negative")
        self.k, self.chunk_size = k, chunk_size
        self.wte = nn.Embedding(vocab_size, embed_size)
        self.first = nn.Linear(embed_size * k, embed_size)
        self.rest = nn.Sequential(*[nn.Sequential(nn.GELU(), nn.Linear(embed_size, embed_size)) for _ in range(num_inner_layers)])
        self.head = nn.Sequential(nn.GELU(), nn.Dropout(dropout), nn.Linear(embed_size, vocab_size))

    def forward(self, tokens: Tensor) -> tuple[Tensor, None]:
        """(batch, seq) -> (batch, seq, vocab_size), and nothing."""
        if tokens.ndim != 2:
            raise ValueError(f"tokens must be two-dimensional, got {tokens.ndim} dimensions")
        if tokens.size(1) == 0:
            raise ValueError("tokens has an empty sequence (seq=0)")
        embedded = nn.functional.pad(self.wte(tokens), (0, 0, self.k - 1, 0))  # (batch, k - 1 + seq, embed)
        windows = embedded.unfold(1, self.k, 1)  # (batch, seq, embed, k), a view
        outputs = []
        for chunk in windows.split(self.chunk_size, dim=1):
            outputs.append(self.head(self.rest(self.first(chunk.flatten(2)))))
        return torch.cat(outputs, dim=1), None
