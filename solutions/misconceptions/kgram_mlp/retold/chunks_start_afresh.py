"""Handles each chunk by a call of its own, which pads what it gets."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def _run(self, tokens: Tensor) -> Tensor:
        batch, length = tokens.shape
        start = tokens.new_full((batch, self.k - 1), self.padding_id)
        vectors = self.embedding(torch.cat([start, tokens], dim=1))
        window = torch.cat([vectors[:, i : i + length] for i in range(self.k)], dim=-1)
        return self.mlp(window)

    def forward(self, tokens: Tensor, cache: object = None) -> Tensor:
        _check_tokens(tokens)
        return torch.cat([self._run(piece) for piece in tokens.split(self.chunk_size, dim=1)], dim=1)
