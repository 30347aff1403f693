"""Over-engineered: each chunk's tokens are embedded once, and the last k - 1 embeddings are carried over to the next chunk by an object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Sizes:
    """What a model is built from."""

    vocab_size: int
    k: int
    embed_size: int
    num_inner_layers: int
    chunk_size: int

    def __post_init__(self) -> None:
        for name in ("vocab_size", "k", "embed_size", "chunk_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be positive, got {getattr(self, name)}")
        if self.num_inner_layers < 0:
            raise ValueError(f"num_inner_layers must not be negative, got {self.num_inner_layers}")


class Tail:
    """The k - 1 embeddings that stand before the next chunk: zeros at the start."""

    def __init__(self, table: Tensor, batch: int, length: int) -> None:
        self._kept = table.new_zeros(batch, length, table.shape[1])

    def windows(self, embedded: Tensor) -> Tensor:
        """(batch, chunk, embed) -> (batch, chunk, k * embed), and remember the end for the next chunk."""
        length, chunk = self._kept.shape[1], embedded.shape[1]
        line = torch.cat([self._kept, embedded], dim=1)
        self._kept = line[:, line.shape[1] - length :]
        return torch.cat([line[:, place : place + chunk] for place in range(length + 1)], dim=2)


class HiddenLayer(nn.Module):
    """A linear map and what follows it."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, outputs)
        self.activation = nn.Softplus()

    def forward(self, x: Tensor) -> Tensor:
        """(..., inputs) -> (..., outputs)."""
        result: Tensor = self.activation(self.linear(x))
        return result


class KGramMLPSeqModel(nn.Module):
    """Walks through the sequence with a tail in its hand."""

    def __init__(self, vocab_size: int, k: int = 3, embed_size: int = 1024, num_inner_layers: int = 1, chunk_size: int = 1) -> None:
        super().__init__()
        self.sizes = Sizes(vocab_size, k, embed_size, num_inner_layers, chunk_size)
        self.embedding = nn.Embedding(vocab_size, embed_size)
        widths = [k * embed_size] + [embed_size] * (num_inner_layers + 1)
        self.hidden = nn.ModuleList(HiddenLayer(a, b) for a, b in pairwise(widths))
        self.head = nn.Linear(embed_size, vocab_size)

    def forward(self, tokens: Tensor) -> Tensor:
        """(batch, seq) -> (batch, seq, vocab_size)."""
        if tokens.dim() != 2:
            raise ValueError(f"tokens have {tokens.dim()} dimensions, not two")
        if tokens.shape[1] == 0:
            raise ValueError(f"tokens of shape {tuple(tokens.shape)} have no position")
        return torch.cat(list(self._chunks(tokens)), dim=1)

    def _chunks(self, tokens: Tensor) -> Iterator[Tensor]:
        tail = Tail(self.embedding.weight, len(tokens), self.sizes.k - 1)
        for chunk in tokens.split(self.sizes.chunk_size, dim=1):
            x = tail.windows(self.embedding(chunk))
            for layer in self.hidden:
                x = layer(x)
            yield self.head(x)
