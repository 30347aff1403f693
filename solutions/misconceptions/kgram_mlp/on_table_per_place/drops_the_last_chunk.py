"""Only full chunks are computed, or one that is all there is"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        if tokens.dim() != 2 or tokens.shape[1] < 1:
            raise ValueError(f"tokens should be (batch, seq) with seq >= 1, not {tuple(tokens.shape)}")
        size = min(self.chunk_size, tokens.shape[1])
        return torch.cat([self._chunk(tokens, at, at + size) for at in range(0, tokens.shape[1] - size + 1, size)], 1)
