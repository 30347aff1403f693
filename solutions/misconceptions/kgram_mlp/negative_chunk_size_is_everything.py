"""Takes a negative chunk_size for the whole sequence

For the TA: As in torch, where -1 often means all there is. Here it is an error, and so is every number below 1.

For the student: Which values of chunk_size does the handout allow? Try one below 0.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        _check_tokens(tokens)
        padded = F.pad(tokens, (self.k - 1, 0), value=self.padding_id)
        windows = padded.unfold(dimension=1, size=self.k, step=1)
        length = self.chunk_size if self.chunk_size > 0 else tokens.shape[1]
        return torch.cat([self.mlp(self.embedding(chunk).flatten(start_dim=2)) for chunk in windows.split(length, dim=1)], dim=1)


def _check_sizes(vocab_size: int, k: int, embed_size: int, num_inner_layers: int, chunk_size: int) -> None:
    if min(vocab_size, k, embed_size) < 1 or chunk_size == 0 or num_inner_layers < 0:
        raise ValueError(f"too small: {vocab_size=}, {k=}, {embed_size=}, {num_inner_layers=}, {chunk_size=}")
