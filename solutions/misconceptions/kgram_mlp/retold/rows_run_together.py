"""Flattens the batch to one long text, pads it once, and cuts all windows from there."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor, cache: object = None) -> Tensor:
        _check_tokens(tokens)
        text = F.pad(tokens.flatten(), (self.k - 1, 0), value=self.padding_id)
        windows = text.unfold(0, self.k, 1).view(*tokens.shape, self.k)
        parts = []
        for start in range(0, tokens.shape[1], self.chunk_size):
            embedded = self.embedding(windows[:, start : start + self.chunk_size])
            parts.append(self.mlp(embedded.flatten(2)))
        return torch.cat(parts, dim=1)
