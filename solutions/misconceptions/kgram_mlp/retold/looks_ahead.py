"""Starts with the windows of the sequence itself, which begin at t."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor, cache: object = None) -> Tensor:
        _check_tokens(tokens)
        batch, seq = tokens.shape
        after = tokens.new_full((batch, self.k - 1), self.padding_id)
        extended = torch.cat([tokens, after], dim=1)
        logits = []
        for t in range(0, seq, self.chunk_size):
            width = min(self.chunk_size, seq - t)
            window = torch.stack([extended[:, t + i : t + i + width] for i in range(self.k)], dim=2)
            logits.append(self.mlp(self.embedding(window).flatten(2)))
        return torch.cat(logits, dim=1)
