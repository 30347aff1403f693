"""Expands the first column to the left, so no row of the table is needed for padding."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor, cache: object = None) -> Tensor:
        _check_tokens(tokens)
        first = tokens[:, :1].expand(-1, self.k - 1)
        extended = torch.cat((first, tokens), dim=1)
        seq = tokens.shape[1]
        logits = []
        for start in range(0, seq, self.chunk_size):
            stop = min(seq, start + self.chunk_size)
            columns = [self.embedding(extended[:, start + place : stop + place]) for place in range(self.k)]
            logits.append(self.mlp(torch.cat(columns, dim=2)))
        return torch.cat(logits, dim=1)
