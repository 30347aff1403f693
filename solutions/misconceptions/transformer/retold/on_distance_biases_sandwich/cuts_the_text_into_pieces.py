"""Tensor.split cuts the tokens, each piece goes through the blocks alone, and the logits are joined."""

from __future__ import annotations

import torch
from picollm.kv_cache import KVCache
from torch import Tensor, nn

PIECE = 8


class TransformerModel(nn.Module):
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        pieces = tokens[:, -self.context :].split(PIECE, dim=1)
        return torch.cat([self._read(piece, cache) for piece in pieces], dim=1)

    def _read(self, piece: Tensor, cache: KVCache | None) -> Tensor:
        x = self.embedding[piece]
        for layer, block in enumerate(self.blocks):
            x = block(x, cache, layer)
        logits: Tensor = self.norm(x) @ self.out
        return logits
