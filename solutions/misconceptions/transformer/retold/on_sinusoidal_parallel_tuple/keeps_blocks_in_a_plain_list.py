"""The constructor collects the blocks with append in a Python list."""

from __future__ import annotations

from torch import nn


class TransformerModel(nn.Module):
    def __init__(
        self, vocab_size: int, d_model: int, n_heads: int, n_blocks: int, *, max_seq_len: int = 1024, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.max_seq_len = max_seq_len
        self.tokens = nn.Embedding(vocab_size, d_model)
        self.layers = []
        while len(self.layers) < n_blocks:
            self.layers.append(ParallelBlock(d_model, n_heads, dropout))
        self.unembed = nn.Linear(d_model, vocab_size)
