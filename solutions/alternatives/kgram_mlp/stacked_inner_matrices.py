"""All inner layers are one parameter (layers, embed, embed) without biases; the padding is an embedding of its own; ReLU."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    """How the matrices are stored is not said: here they lie in one tensor."""

    def __init__(self, vocab_size: int, k: int = 3, embed_size: int = 1024, num_inner_layers: int = 1, chunk_size: int = 1) -> None:
        super().__init__()
        for name, value in {"vocab_size": vocab_size, "k": k, "embed_size": embed_size, "chunk_size": chunk_size}.items():
            if value <= 0:
                raise ValueError(f"{name} = {value}, but it must be positive")
        if num_inner_layers < 0:
            raise ValueError(f"num_inner_layers = {num_inner_layers}, but it must not be negative")
        self.vocab_size, self.k, self.chunk_size = vocab_size, k, chunk_size
        self.embedding = nn.Embedding(vocab_size + 1, embed_size)
        self.first = nn.Linear(k * embed_size, embed_size)
        self.inner = nn.Parameter(torch.randn(num_inner_layers, embed_size, embed_size) * (2 / embed_size) ** 0.5)
        self.out = nn.Linear(embed_size, vocab_size)

    def forward(self, tokens: Tensor) -> Tensor:
        """(batch, seq) -> (batch, seq, vocab_size)."""
        if tokens.dim() != 2 or tokens.shape[1] == 0:
            raise ValueError(f"tokens must be (batch, seq) with seq >= 1, but are {tuple(tokens.shape)}")
        batch, seq = tokens.shape
        start = tokens.new_full((batch, self.k - 1), self.vocab_size)
        ids = torch.cat([start, tokens], dim=1)
        logits = []
        for begin in range(0, seq, self.chunk_size):
            length = min(self.chunk_size, seq - begin)
            window = torch.cat([self.embedding(ids[:, begin + place : begin + place + length]) for place in range(self.k)], dim=-1)
            hidden = self.first(window).relu()
            for matrix in self.inner:
                hidden = (hidden @ matrix).relu()
            logits.append(self.out(hidden))
        return torch.cat(logits, dim=1)
