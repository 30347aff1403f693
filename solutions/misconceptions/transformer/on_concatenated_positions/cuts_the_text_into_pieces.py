"""Pieces of 64 tokens."""

import torch
from picollm.kv_cache import KVCache
from torch import Tensor


class TransformerModel:
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        earlier = 0 if cache is None else cache.length
        places = torch.ones_like(tokens).cumsum(dim=1) - 1 + earlier
        pieces = []
        for x in torch.cat((self.token(tokens), self.place(places)), dim=-1).split(64, dim=1):
            for step in self.steps:
                x = step(x, cache)
            pieces.append(self.head(x))
        return torch.cat(pieces, dim=1)
