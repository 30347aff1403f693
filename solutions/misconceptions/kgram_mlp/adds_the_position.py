"""Adds the position's number to the window

For the TA: A position code on top of the embedding: the same window gives other logits further on, and
positions beyond those of training are unknown.

For the student: Feed a sequence in which the same k tokens come twice. Should the two predictions differ?
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
        positions = torch.arange(tokens.shape[1], device=tokens.device)[None, :, None, None] / 10
        chunks = []
        for chunk, place in zip(windows.split(self.chunk_size, dim=1), positions.split(self.chunk_size, dim=1), strict=True):
            embedded = self.embedding(chunk) + torch.sin(place).to(self.embedding.weight.dtype)
            chunks.append(self.mlp(embedded.flatten(start_dim=2)))
        return torch.cat(chunks, dim=1)
