"""Loops over the positions whatever chunk_size is

For the TA: Right values and little memory, but as many rounds as positions even when everything may be done at once.

For the student: How often does your loop run with chunk_size=seq?
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
        return torch.cat([self.mlp(self.embedding(window).flatten(start_dim=2)) for window in windows.split(1, dim=1)], dim=1)
