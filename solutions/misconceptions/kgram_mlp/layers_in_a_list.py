"""Keeps the inner layers in a plain Python list, so they are never trained

For the TA: nn.Module does not look into lists: the layers are in the forward pass and in no optimiser.

For the student: Count your model's parameters with num_inner_layers=1 and with 5.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def __init__(self, vocab_size: int, k: int = 3, embed_size: int = 1024, num_inner_layers: int = 1, chunk_size: int = 1) -> None:
        super().__init__()
        _check_sizes(vocab_size, k, embed_size, num_inner_layers, chunk_size)
        self.k = k
        self.chunk_size = chunk_size
        self.padding_id = vocab_size
        self.embedding = nn.Embedding(vocab_size + 1, embed_size)
        self.first = nn.Linear(k * embed_size, embed_size)
        self.inner = [nn.Linear(embed_size, embed_size) for _ in range(num_inner_layers)]
        self.last = nn.Linear(embed_size, vocab_size)

    def mlp(self, window: Tensor) -> Tensor:
        hidden = torch.nn.functional.silu(self.first(window))
        for layer in self.inner:
            hidden = torch.nn.functional.silu(layer(hidden))
        logits: Tensor = self.last(hidden)
        return logits
