"""Index arithmetic says which token stands where; a learned vector for the padding; one einsum over places; writes into one result."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    """The first layer's weights are (k, embed, embed): one matrix for each distance from the newest token."""

    def __init__(self, vocab_size: int, k: int = 3, embed_size: int = 1024, num_inner_layers: int = 1, chunk_size: int = 1) -> None:
        super().__init__()
        sizes = {"vocab_size": vocab_size, "k": k, "embed_size": embed_size, "chunk_size": chunk_size}
        wrong = [f"{name}={value}" for name, value in sizes.items() if value < 1]
        if num_inner_layers < 0:
            wrong.append(f"num_inner_layers={num_inner_layers}")
        if wrong:
            raise ValueError("too small: " + ", ".join(wrong))
        self.k, self.chunk_size, self.vocab_size = k, chunk_size, vocab_size
        self.table = nn.Parameter(torch.randn(vocab_size, embed_size))
        self.before_the_start = nn.Parameter(torch.randn(embed_size))
        self.first = nn.Parameter(torch.randn(k, embed_size, embed_size) / (k * embed_size) ** 0.5)
        self.first_bias = nn.Parameter(torch.zeros(embed_size))
        self.inner = nn.ModuleList([nn.Linear(embed_size, embed_size) for _ in range(num_inner_layers)])
        self.out = nn.Linear(embed_size, vocab_size)

    def forward(self, tokens: Tensor) -> Tensor:
        """(batch, seq) -> (batch, seq, vocab_size)."""
        if tokens.dim() != 2 or tokens.shape[1] == 0:
            raise ValueError(f"not (batch, seq) with a position or more: {tuple(tokens.shape)}")
        batch, seq = tokens.shape
        result = self.table.new_empty(batch, seq, self.vocab_size)
        distances = torch.arange(self.k)
        for start in range(0, seq, self.chunk_size):
            positions = torch.arange(start, min(start + self.chunk_size, seq))
            places = positions[:, None] - distances  # (chunk, k); negative before the start
            windows = self.table[tokens[:, places.clamp(min=0)]]  # (batch, chunk, k, embed)
            windows = torch.where((places >= 0)[..., None], windows, self.before_the_start)
            hidden = torch.nn.functional.leaky_relu(torch.einsum("bske,keh->bsh", windows, self.first) + self.first_bias)
            for layer in self.inner:
                hidden = torch.nn.functional.leaky_relu(layer(hidden))
            result[:, start : start + self.chunk_size] = self.out(hidden)
        return result
