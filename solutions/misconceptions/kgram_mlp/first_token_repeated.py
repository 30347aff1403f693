"""Pads by repeating the first token

For the TA: Position 0 after token a looks the same as a, a, a. The padding then differs from sequence to sequence.

For the student: Can your model tell the beginning of a sequence from a token that was said three times?
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        _check_tokens(tokens)
        padded = torch.cat([tokens[:, :1].expand(-1, self.k - 1), tokens], dim=1)
        windows = padded.unfold(dimension=1, size=self.k, step=1)
        chunks = [self.mlp(self.embedding(chunk).flatten(start_dim=2)) for chunk in windows.split(self.chunk_size, dim=1)]
        return torch.cat(chunks, dim=1)
