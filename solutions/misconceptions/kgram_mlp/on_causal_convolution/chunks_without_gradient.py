"""Chunks are detached as soon as the next one begins"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        if tokens.dim() != 2 or tokens.numel() == 0:
            raise ValueError(f"need tokens (batch, seq), at least one each; got {tuple(tokens.shape)}")
        padded = F.pad(tokens, (self.k - 1, 0), value=0)
        seq = tokens.shape[1]
        result = []
        for start in range(0, seq, self.chunk_size):
            result = [chunk.detach() for chunk in result]
            span = padded[:, start : min(start + self.chunk_size, seq) + self.k - 1]
            x = F.relu(self.window(self.embedding(span).transpose(1, 2)))
            for layer in self.hidden:
                x = F.relu(layer(x))
            result.append(self.out(x).transpose(1, 2))
        return torch.cat(result, dim=1)
