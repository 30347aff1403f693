"""Expects (seq, batch), as recurrent networks take it: pads, shifts and chunks along dimension 0."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor, cache: object = None) -> Tensor:
        _check_tokens(tokens)
        steps, batch = tokens.shape
        before = tokens.new_full((self.k - 1, batch), self.padding_id)
        timeline = torch.cat([before, tokens], dim=0)
        windows = timeline.unfold(0, self.k, 1)
        outputs = []
        for start in range(0, steps, self.chunk_size):
            vectors = self.embedding(windows[start : start + self.chunk_size])
            outputs.append(self.mlp(vectors.reshape(vectors.shape[0], batch, -1)))
        return torch.cat(outputs, dim=0)
