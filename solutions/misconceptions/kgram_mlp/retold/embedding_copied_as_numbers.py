"""Indexes weight.data, a plain table of numbers, in place of calling the embedding."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor, cache: object = None) -> Tensor:
        _check_tokens(tokens)
        batch, seq = tokens.shape
        table = self.embedding.weight.data
        ids = torch.cat([tokens.new_full((batch, self.k - 1), self.padding_id), tokens], dim=1)
        logits = []
        for start in range(0, seq, self.chunk_size):
            width = min(self.chunk_size, seq - start)
            places = torch.arange(width).unsqueeze(1) + torch.arange(self.k) + start
            logits.append(self.mlp(table[ids[:, places]].reshape(batch, width, -1)))
        return torch.cat(logits, dim=1)
