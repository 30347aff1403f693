"""Leaves out the first k - 1 positions

For the TA: No padding: seq - k + 1 positions come back, and sequences shorter than k fail.

For the student: How many positions of logits should a sequence of 2 tokens have, with k = 3?
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        _check_tokens(tokens)
        windows = tokens.unfold(dimension=1, size=self.k, step=1)
        chunks = [self.mlp(self.embedding(chunk).flatten(start_dim=2)) for chunk in windows.split(self.chunk_size, dim=1)]
        return torch.cat(chunks, dim=1)
