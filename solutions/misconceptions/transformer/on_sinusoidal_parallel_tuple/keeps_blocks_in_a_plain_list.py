"""A list of blocks in place of a ModuleList."""

from __future__ import annotations

from torch import nn


class TransformerModel:
    def __init__(
        self, vocab_size: int, d_model: int, n_heads: int, n_blocks: int, *, max_seq_len: int = 1024, dropout: float = 0.1
    ) -> None:
        super().__init__()
        self.max_seq_len = max_seq_len
        self.tokens = nn.Embedding(vocab_size, d_model)
        self.layers = [ParallelBlock(d_model, n_heads, dropout) for _ in range(n_blocks)]
        self.unembed = nn.Linear(d_model, vocab_size)
