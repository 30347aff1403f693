"""The heads' scores are computed in the forward pass, divided by the root of d_model."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def forward(self, x: Tensor, cache: KVCache | None = None, layer: int = 0) -> Tensor:
        batch, seq, d_model = x.shape
        split = self.query_key_value(x).chunk(3, dim=-1)
        query, key, value = (part.reshape(batch, seq, self.n_heads, -1).transpose(1, 2) for part in split)
        if cache is not None:
            key, value = cache.append(layer, key, value)
        scores = query @ key.mT / math.sqrt(d_model)
        hidden = ~causal_mask(seq, key.shape[2]).to(x.device)
        weights = scores.masked_fill(hidden, -torch.inf).softmax(dim=-1)
        return self.output((weights @ value).transpose(1, 2).flatten(2))
