"""Computes early chunks under no_grad, to keep their activations from piling up."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        """(batch, seq) -> (batch, seq, vocab_size)."""
        if tokens.dim() != 2 or tokens.shape[1] < 1:
            raise ValueError(f"tokens should be (batch, seq) with seq >= 1, not {tuple(tokens.shape)}")
        seq = tokens.shape[1]
        *early, last = range(0, seq, self.chunk_size)
        with torch.no_grad():
            outputs = [self._chunk(tokens, start, start + self.chunk_size) for start in early]
        outputs.append(self._chunk(tokens, last, seq))
        return torch.cat(outputs, dim=1)
