"""Averages the embeddings of the window, so that order is lost

For the TA: A bag of words: every place in the window has the same weights.

For the student: Does your model give different predictions after 'dog bites man' and 'man bites dog'?
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
        chunks = []
        for chunk in windows.split(self.chunk_size, dim=1):
            mean = self.embedding(chunk).mean(dim=2, keepdim=True)
            chunks.append(self.mlp(mean.expand(-1, -1, self.k, -1).flatten(start_dim=2)))
        return torch.cat(chunks, dim=1)
