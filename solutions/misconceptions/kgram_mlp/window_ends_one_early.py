"""The window ends one token before the newest

For the TA: Position t sees t-k..t-1 while its logits are scored against t+1. The bug of the widely copied starter code. The loss still
falls, to that of predicting two ahead.

For the student: Which token do the logits at position 0 see in your model? They are to predict token 1.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        _check_tokens(tokens)
        padded = F.pad(tokens, (self.k, -1), value=self.padding_id)
        windows = padded.unfold(dimension=1, size=self.k, step=1)
        chunks = [self.mlp(self.embedding(chunk).flatten(start_dim=2)) for chunk in windows.split(self.chunk_size, dim=1)]
        return torch.cat(chunks, dim=1)
