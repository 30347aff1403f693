"""Pads on the right, so that the convolution at t reads t to t + k - 1."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        """(batch, seq) -> (batch, seq, vocab_size)."""
        if tokens.dim() != 2 or tokens.shape[1] == 0:
            raise ValueError(f"need tokens (batch, seq), seq at least 1; got {tuple(tokens.shape)}")
        padded = F.pad(tokens, (0, self.k - 1), value=0)
        result = []
        for span in range(0, tokens.shape[1], self.chunk_size):
            x = self.embedding(padded[:, span : span + self.chunk_size + self.k - 1]).transpose(1, 2)
            x = F.relu(self.window(x))
            for layer in self.hidden:
                x = F.relu(layer(x))
            result.append(self.out(x))
        return torch.cat(result, dim=2).transpose(1, 2)
