"""Sees at most 16 tokens, however large k is

For the TA: A largest window is written into the code; with a larger k the oldest places hold padding always.

For the student: With k=20, change the token 18 places back. Do the logits notice?
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
        recent = torch.arange(self.k) >= self.k - 16
        windows = windows.masked_fill(~recent, self.padding_id)
        chunks = [self.mlp(self.embedding(chunk).flatten(start_dim=2)) for chunk in windows.split(self.chunk_size, dim=1)]
        return torch.cat(chunks, dim=1)
