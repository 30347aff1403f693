"""Joins k shifted copies of the embedded sequence, and chunks only the layers after that."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor, cache: object = None) -> Tensor:
        _check_tokens(tokens)
        seq = tokens.shape[1]
        embedded = self.embedding(F.pad(tokens, (self.k - 1, 0), value=self.padding_id))
        windows = torch.cat([embedded.narrow(1, place, seq) for place in range(self.k)], dim=-1)
        logits = [self.mlp(windows[:, at : at + self.chunk_size]) for at in range(0, seq, self.chunk_size)]
        return torch.cat(logits, dim=1)
