"""Has an activation after the first layer only, and none after the inner layers

For the TA: However many inner layers there are, they and the output layer are one linear map.

For the student: With num_inner_layers=3, write down what happens to the hidden units between two of your inner layers.
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
        inner = [nn.Linear(embed_size, embed_size) for _ in range(num_inner_layers)]
        self.mlp = nn.Sequential(nn.Linear(k * embed_size, embed_size), nn.SiLU(), *inner, nn.Linear(embed_size, vocab_size))
