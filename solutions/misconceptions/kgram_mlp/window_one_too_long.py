"""The window holds k + 1 tokens

For the TA: Position t sees t-k..t: an off-by-one in the other direction, with a first layer one place wider.

For the student: With k=1, which tokens may influence a prediction?
"""

from __future__ import annotations

from torch import nn


class KGramMLPSeqModel(nn.Module):
    def __init__(self, vocab_size: int, k: int = 3, embed_size: int = 1024, num_inner_layers: int = 1, chunk_size: int = 1) -> None:
        super().__init__()
        _check_sizes(vocab_size, k, embed_size, num_inner_layers, chunk_size)
        self.k = k + 1
        self.chunk_size = chunk_size
        self.padding_id = vocab_size
        self.embedding = nn.Embedding(vocab_size + 1, embed_size)
        layers: list[nn.Module] = [nn.Linear((k + 1) * embed_size, embed_size), nn.SiLU()]
        for _ in range(num_inner_layers):
            layers += [nn.Linear(embed_size, embed_size), nn.SiLU()]
        self.mlp = nn.Sequential(*layers, nn.Linear(embed_size, vocab_size))
