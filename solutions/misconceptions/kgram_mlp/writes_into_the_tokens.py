"""Replaces tokens in the caller's tensor

For the TA: <pad> tokens are turned into another id in place, so that the caller's batch is spoiled.

For the student: Print the tokens before and after the call.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        _check_tokens(tokens)
        tokens[tokens == 0] = 3
        padded = F.pad(tokens, (self.k - 1, 0), value=self.padding_id)
        windows = padded.unfold(dimension=1, size=self.k, step=1)
        chunks = [self.mlp(self.embedding(chunk).flatten(start_dim=2)) for chunk in windows.split(self.chunk_size, dim=1)]
        return torch.cat(chunks, dim=1)
