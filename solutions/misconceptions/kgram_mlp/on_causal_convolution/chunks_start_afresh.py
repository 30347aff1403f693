"""Each chunk is convolved with padding of its own"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        if tokens.dim() != 2 or tokens.numel() == 0:
            raise ValueError(f"need tokens (batch, seq), at least one each; got {tuple(tokens.shape)}")
        result = []
        for part in tokens.split(self.chunk_size, dim=1):
            span = F.pad(part, (self.k - 1, 0), value=0)
            x = F.relu(self.window(self.embedding(span).transpose(1, 2)))
            for layer in self.hidden:
                x = F.relu(layer(x))
            result.append(self.out(x).transpose(1, 2))
        return torch.cat(result, dim=1)
