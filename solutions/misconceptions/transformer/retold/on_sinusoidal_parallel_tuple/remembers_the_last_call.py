"""The last vector of the stream stays in an attribute and is added to the first embedding of the next call of the same batch size."""

from __future__ import annotations

import torch
from picollm.kv_cache import KVCache
from torch import Tensor, nn


class TransformerModel(nn.Module):
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> tuple[Tensor, KVCache | None]:
        x = self.tokens(tokens)
        x = x + sinusoids(0 if cache is None else cache.length, x.shape[1], x.shape[2], x)
        memory = getattr(self, "memory", None)
        if memory is not None and memory.shape[0] == x.shape[0]:
            x = torch.cat((x[:, :1] + memory.to(x.dtype), x[:, 1:]), dim=1)
        for layer, block in enumerate(self.layers):
            x = block(x, cache, layer)
        self.memory = x[:, -1:].detach()
        return self.unembed(x), cache
