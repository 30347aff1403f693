"""Every chunk but the last is computed under no_grad"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> tuple[Tensor, None]:
        if tokens.ndim != 2:
            raise ValueError(f"tokens must be two-dimensional, got {tokens.ndim} dimensions")
        if tokens.size(1) == 0:
            raise ValueError("tokens has an empty sequence (seq=0)")
        embedded = nn.functional.pad(self.wte(tokens), (0, 0, self.k - 1, 0))
        windows = embedded.unfold(1, self.k, 1)
        *before, last = windows.split(self.chunk_size, dim=1)
        with torch.no_grad():
            outputs = [self.head(self.rest(self.first(chunk.flatten(2)))) for chunk in before]
        outputs.append(self.head(self.rest(self.first(last.flatten(2)))))
        return torch.cat(outputs, dim=1), None
