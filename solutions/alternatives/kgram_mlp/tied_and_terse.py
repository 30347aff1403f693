"""Terse: tokens rolled once for each place and blanked at the start; the output matrix is the embedding itself; no bias anywhere."""

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    """Tied weights."""

    def __init__(self, vocab_size: int, k: int = 3, embed_size: int = 1024, num_inner_layers: int = 1, chunk_size: int = 1) -> None:
        super().__init__()
        if min(vocab_size, k, embed_size, chunk_size, num_inner_layers + 1) < 1:
            raise ValueError(f"{vocab_size=} {k=} {embed_size=} {num_inner_layers=} {chunk_size=}")
        self.k, self.c = k, chunk_size
        self.e = nn.Embedding(vocab_size, embed_size)
        self.w = nn.ModuleList(nn.Linear(embed_size * (1 if i else k), embed_size, bias=False) for i in range(num_inner_layers + 1))

    def forward(self, tokens: Tensor) -> Tensor:
        """(batch, seq) -> (batch, seq, vocab_size)."""
        if tokens.dim() != 2 or not tokens.shape[1]:
            raise ValueError(f"tokens {tuple(tokens.shape)}")
        t = torch.arange(tokens.shape[1])
        rolled = torch.stack([tokens.roll(i, 1) for i in range(self.k)], 2)
        there = (t[:, None] >= torch.arange(self.k))[None].expand(len(tokens), -1, -1)
        out = []
        for ids, real in zip(rolled.split(self.c, 1), there.split(self.c, 1), strict=True):
            h = (self.e(ids) * real[..., None]).flatten(2)
            for w in self.w:
                h = torch.sin(w(h))
            out.append(h @ self.e.weight.T)
        return torch.cat(out, 1)
