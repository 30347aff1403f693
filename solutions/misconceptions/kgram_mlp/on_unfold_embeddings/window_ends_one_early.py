"""One zero vector more on the left, and the last embedding cut off"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> tuple[Tensor, None]:
        if tokens.ndim != 2:
            raise ValueError(f"tokens must be two-dimensional, got {tokens.ndim} dimensions")
        if tokens.size(1) == 0:
            raise ValueError("tokens has an empty sequence (seq=0)")
        embedded = nn.functional.pad(self.wte(tokens), (0, 0, self.k, -1))
        windows = embedded.unfold(1, self.k, 1)
        outputs = [self.head(self.rest(self.first(chunk.flatten(2)))) for chunk in windows.split(self.chunk_size, dim=1)]
        return torch.cat(outputs, dim=1), None
