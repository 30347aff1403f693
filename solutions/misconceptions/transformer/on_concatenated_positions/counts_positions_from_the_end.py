"""The running count of the tokens is subtracted from their number."""

import torch
from picollm.kv_cache import KVCache
from torch import Tensor


class TransformerModel:
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        earlier = 0 if cache is None else cache.length
        places = earlier + tokens.shape[1] - torch.ones_like(tokens).cumsum(dim=1)
        x = torch.cat((self.token(tokens), self.place(places)), dim=-1)
        for step in self.steps:
            x = step(x, cache)
        return self.head(x)
