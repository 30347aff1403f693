"""Shifts the flat list of all rows' tokens, so that a row's first places hold the end of the row before"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        if tokens.dim() != 2 or tokens.shape[1] < 1:
            raise ValueError(f"tokens of shape {tuple(tokens.shape)} are not (batch, seq >= 1)")
        batch, seq = tokens.shape
        flat = tokens.reshape(-1)
        done = []
        for start in range(0, seq, self.chunk_size):
            stop = min(start + self.chunk_size, seq)
            hidden = torch.zeros((), dtype=self.embed.weight.dtype)
            for back, place in enumerate(self.places):
                shifted = F.pad(flat, (back, 0), value=self.padding)[: len(flat)].reshape(batch, seq)[:, start:stop]
                hidden = hidden + place(self.embed(shifted.reshape(-1)))
            hidden = F.elu(hidden)
            for layer in self.inner:
                hidden = F.elu(layer(hidden))
            done.append(self.head(hidden).reshape(batch, stop - start, -1))
        return torch.cat(done, dim=1)
