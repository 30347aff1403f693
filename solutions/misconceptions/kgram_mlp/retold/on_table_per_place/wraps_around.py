"""Shifts the tokens with roll, one roll for each place."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def _chunk(self, tokens: Tensor, start: int, stop: int) -> Tensor:
        places = [table(tokens.roll(back, dims=1)[:, start:stop]) for back, table in enumerate(self.tables)]
        hidden = torch.tanh(sum(places[1:], start=places[0]))
        for layer in self.inner:
            hidden = torch.tanh(layer(hidden))
        return self.unembed(hidden)
