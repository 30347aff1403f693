"""The leaky rectifier follows the einsum only"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        if tokens.dim() != 2 or tokens.shape[1] == 0:
            raise ValueError(f"not (batch, seq) with a position or more: {tuple(tokens.shape)}")
        batch, seq = tokens.shape
        result = self.table.new_empty(batch, seq, self.vocab_size)
        distances = torch.arange(self.k)
        for start in range(0, seq, self.chunk_size):
            positions = torch.arange(start, min(start + self.chunk_size, seq))
            places = positions[:, None] - distances
            windows = self.table[tokens[:, places.clamp(min=0)]]
            windows = torch.where((places >= 0)[..., None], windows, self.before_the_start)
            hidden = torch.nn.functional.leaky_relu(torch.einsum("bske,keh->bsh", windows, self.first) + self.first_bias)
            for layer in self.inner:
                hidden = layer(hidden)
            result[:, start : start + self.chunk_size] = self.out(hidden)
        return result
