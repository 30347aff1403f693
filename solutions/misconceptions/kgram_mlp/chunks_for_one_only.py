"""Walks position by position for chunk_size=1, and computes everything at once for any other chunk_size

For the TA: Two paths, of which neither looks at the number: with chunk_size=4 the memory is that of one chunk.

For the student: How many positions does your code compute at once with chunk_size=4?
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        _check_tokens(tokens)
        padded = F.pad(tokens, (self.k - 1, 0), value=self.padding_id)
        windows = padded.unfold(dimension=1, size=self.k, step=1)
        parts = windows.split(1, dim=1) if self.chunk_size == 1 else (windows,)
        return torch.cat([self.mlp(self.embedding(part).flatten(start_dim=2)) for part in parts], dim=1)
