"""A chain of linear maps: the sum of the tables goes straight on."""

from __future__ import annotations

from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def _chunk(self, tokens: Tensor, start: int, stop: int) -> Tensor:
        parts = []
        for back, table in enumerate(self.tables):
            vectors = table(tokens[:, max(start - back, 0) : max(stop - back, 0)])
            parts.append(nn.functional.pad(vectors, (0, 0, stop - start - vectors.size(1), 0)))
        hidden = parts[0]
        for part in parts[1:]:
            hidden = hidden + part
        for layer in self.inner:
            hidden = layer(hidden)
        return self.unembed(hidden)
