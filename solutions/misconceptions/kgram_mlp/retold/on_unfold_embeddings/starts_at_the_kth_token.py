"""Unfolds the sequence as it is: the first full window is the first answer."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> tuple[Tensor, None]:
        """(batch, seq) -> logits, and nothing."""
        if tokens.ndim != 2 or tokens.size(1) == 0:
            raise ValueError(f"tokens must be (batch, seq) with seq above 0, got {tuple(tokens.shape)}")
        windows = self.wte(tokens).unfold(dimension=1, size=self.k, step=1)
        outputs = []
        for start in range(0, windows.shape[1], self.chunk_size):
            hidden = self.rest(self.first(windows[:, start : start + self.chunk_size].flatten(2)))
            outputs.append(self.head(hidden))
        return torch.cat(outputs, dim=1), None
