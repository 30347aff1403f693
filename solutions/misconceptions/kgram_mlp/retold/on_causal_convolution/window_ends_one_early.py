"""Pads with k tokens and stops before the last, a convolution over what came before t."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        """(batch, seq) -> (batch, seq, vocab_size)."""
        if tokens.dim() != 2 or tokens.shape[1] == 0:
            raise ValueError(f"need tokens (batch, seq), seq at least 1; got {tuple(tokens.shape)}")
        history = F.pad(tokens, (self.k, 0), value=0)[:, :-1]
        pieces = []
        for start in range(0, tokens.shape[1], self.chunk_size):
            span = history[:, start : start + self.chunk_size + self.k - 1]
            x = F.relu(self.window(self.embedding(span).mT))
            for layer in self.hidden:
                x = F.relu(layer(x))
            pieces.append(self.out(x).mT)
        return torch.cat(pieces, dim=1)
