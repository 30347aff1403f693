"""Ends with a softmax over the vocabulary."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> tuple[Tensor, None]:
        """(batch, seq) -> (batch, seq, vocab_size), and nothing."""
        if tokens.ndim != 2 or tokens.size(1) == 0:
            raise ValueError(f"tokens must be (batch, seq) with seq above 0, got {tuple(tokens.shape)}")
        embedded = nn.functional.pad(self.wte(tokens), (0, 0, self.k - 1, 0))
        windows = embedded.unfold(1, self.k, 1)
        scores = [self.head(self.rest(self.first(chunk.flatten(2)))) for chunk in windows.split(self.chunk_size, dim=1)]
        return torch.cat(scores, dim=1).softmax(dim=-1), None
