"""All windows go through the layers in one go"""

from __future__ import annotations

from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> tuple[Tensor, None]:
        if tokens.ndim != 2:
            raise ValueError(f"tokens must be two-dimensional, got {tokens.ndim} dimensions")
        if tokens.size(1) == 0:
            raise ValueError("tokens has an empty sequence (seq=0)")
        embedded = nn.functional.pad(self.wte(tokens), (0, 0, self.k - 1, 0))
        windows = embedded.unfold(1, self.k, 1).flatten(2)
        return self.head(self.rest(self.first(windows))), None
