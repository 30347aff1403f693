"""Each chunk is padded with zero vectors of its own"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> tuple[Tensor, None]:
        if tokens.ndim != 2:
            raise ValueError(f"tokens must be two-dimensional, got {tokens.ndim} dimensions")
        if tokens.size(1) == 0:
            raise ValueError("tokens has an empty sequence (seq=0)")
        outputs = []
        for part in self.wte(tokens).split(self.chunk_size, dim=1):
            windows = nn.functional.pad(part, (0, 0, self.k - 1, 0)).unfold(1, self.k, 1)
            outputs.append(self.head(self.rest(self.first(windows.flatten(2)))))
        return torch.cat(outputs, dim=1), None
