"""Treats the first dimension of the tokens as time

For the TA: The (seq, batch) layout of older code: windows run down the batch, so rows influence each other.

For the student: What are the two dimensions of tokens, in this order? Feed one row alone and then within a batch.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        _check_tokens(tokens)
        padded = F.pad(tokens, (0, 0, self.k - 1, 0), value=self.padding_id)
        windows = padded.unfold(dimension=0, size=self.k, step=1)
        chunks = [self.mlp(self.embedding(chunk).flatten(start_dim=2)) for chunk in windows.split(self.chunk_size, dim=1)]
        return torch.cat(chunks, dim=1)
