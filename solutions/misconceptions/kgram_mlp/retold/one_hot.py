"""One-hot vectors in place of an embedding, zeros before the start."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    def __init__(self, vocab_size: int, k: int = 3, embed_size: int = 1024, num_inner_layers: int = 1, chunk_size: int = 1) -> None:
        super().__init__()
        _check_sizes(vocab_size, k, embed_size, num_inner_layers, chunk_size)
        self.vocab_size, self.k, self.chunk_size = vocab_size, k, chunk_size
        sizes = [k * vocab_size] + [embed_size] * (1 + num_inner_layers)
        self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))
        self.out = nn.Linear(embed_size, vocab_size)

    def forward(self, tokens: Tensor, cache: object = None) -> Tensor:
        _check_tokens(tokens)
        windows = F.pad(tokens, (self.k - 1, 0), value=self.vocab_size).unfold(1, self.k, 1)
        outputs = []
        for chunk in windows.split(self.chunk_size, dim=1):
            codes = F.one_hot(chunk, self.vocab_size + 1)[..., : self.vocab_size]
            x = codes.flatten(2).to(self.out.weight.dtype)
            for layer in self.hidden:
                x = torch.tanh(layer(x))
            outputs.append(self.out(x))
        return torch.cat(outputs, dim=1)
