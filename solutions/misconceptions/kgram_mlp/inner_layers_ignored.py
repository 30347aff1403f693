"""Builds one inner layer whatever num_inner_layers says

For the TA: The argument is accepted and dropped.

For the student: Print the model for num_inner_layers=0 and 4.
"""

from __future__ import annotations

from torch import nn


class KGramMLPSeqModel(nn.Module):
    def __init__(self, vocab_size: int, k: int = 3, embed_size: int = 1024, num_inner_layers: int = 1, chunk_size: int = 1) -> None:
        super().__init__()
        _check_sizes(vocab_size, k, embed_size, num_inner_layers, chunk_size)
        self.k = k
        self.chunk_size = chunk_size
        self.padding_id = vocab_size
        self.embedding = nn.Embedding(vocab_size + 1, embed_size)
        self.mlp = nn.Sequential(
            nn.Linear(k * embed_size, embed_size),
            nn.SiLU(),
            nn.Linear(embed_size, embed_size),
            nn.SiLU(),
            nn.Linear(embed_size, vocab_size),
        )
