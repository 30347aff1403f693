"""The first layer is a causal convolution of width k over the embedded sequence; ``<pad>``'s own embedding stands before the start."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    """Everything after the embedding works on (batch, embed, positions)."""

    def __init__(self, vocab_size: int, k: int = 3, embed_size: int = 1024, num_inner_layers: int = 1, chunk_size: int = 1) -> None:
        super().__init__()
        if vocab_size < 1 or embed_size < 1:
            raise ValueError(f"vocab_size and embed_size must be at least 1: {vocab_size}, {embed_size}")
        if k < 1:
            raise ValueError(f"k must be at least 1: {k}")
        if chunk_size < 1 or num_inner_layers < 0:
            raise ValueError(f"chunk_size {chunk_size} or num_inner_layers {num_inner_layers} is too small")
        self.k, self.chunk_size = k, chunk_size
        self.embedding = nn.Embedding(vocab_size, embed_size)
        self.window = nn.Conv1d(embed_size, embed_size, kernel_size=k)
        self.hidden = nn.ModuleList([nn.Conv1d(embed_size, embed_size, 1) for _ in range(num_inner_layers)])
        self.out = nn.Conv1d(embed_size, vocab_size, 1)

    def forward(self, tokens: Tensor) -> Tensor:
        """(batch, seq) -> (batch, seq, vocab_size)."""
        if tokens.dim() != 2 or tokens.numel() == 0:
            raise ValueError(f"need tokens (batch, seq), at least one each; got {tuple(tokens.shape)}")
        padded = F.pad(tokens, (self.k - 1, 0), value=0)
        seq = tokens.shape[1]
        result = []
        for start in range(0, seq, self.chunk_size):
            span = padded[:, start : min(start + self.chunk_size, seq) + self.k - 1]  # k - 1 tokens more than positions
            x = F.relu(self.window(self.embedding(span).transpose(1, 2)))
            for layer in self.hidden:
                x = F.relu(layer(x))
            result.append(self.out(x).transpose(1, 2))
        return torch.cat(result, dim=1)
