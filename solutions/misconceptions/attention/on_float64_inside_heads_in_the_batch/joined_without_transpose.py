"""(batch * heads, seq, size) is reshaped to (batch, seq, d_model)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        pieces = {name: torch.stack(self.maps[name](x).split(self.size, dim=-1), dim=1) for name in ("query", "key", "value")}
        if cache is not None:
            pieces["key"], pieces["value"] = cache.append(layer, pieces["key"], pieces["value"])
        query, key, value = (piece.flatten(0, 1) for piece in pieces.values())
        heads = scaled_dot_product_attention(query, key, value, causal_mask(query.shape[1], key.shape[1]).to(x.device))
        return self.maps["out"](heads.reshape(x.shape))
