"""Answers from a table of the sequences it was called with before

For the TA: Results are kept by the tokens' sum and size, so that after a change of the parameters, or for tokens in another order, the old
logits come back.

For the student: Call the model, change its parameters, and call it again with the same tokens.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        _check_tokens(tokens)
        known: dict[tuple[int, ...], Tensor] = self.__dict__.setdefault("known", {})
        key = (*tokens.shape, int(tokens.sum()))
        if key not in known:
            padded = F.pad(tokens, (self.k - 1, 0), value=self.padding_id)
            windows = padded.unfold(dimension=1, size=self.k, step=1)
            chunks = [self.mlp(self.embedding(chunk).flatten(start_dim=2)) for chunk in windows.split(self.chunk_size, dim=1)]
            known[key] = torch.cat(chunks, dim=1)
        return known[key]
