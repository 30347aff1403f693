"""Each chunk gets a tail of its own"""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def _chunks(self, tokens: Tensor) -> Iterator[Tensor]:
        for chunk in tokens.split(self.sizes.chunk_size, dim=1):
            tail = Tail(self.embedding.weight, len(tokens), self.sizes.k - 1)
            x = tail.windows(self.embedding(chunk))
            for layer in self.hidden:
                x = layer(x)
            yield self.head(x)
