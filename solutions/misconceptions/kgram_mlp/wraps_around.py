"""Fills the first windows with tokens from the end of the sequence

For the TA: torch.roll shifts what falls off the end back to the beginning: early positions see the future.

For the student: What stands before the first token? Change the last token of a sequence and look at the first logits.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        _check_tokens(tokens)
        windows = torch.stack([tokens.roll(back, dims=1) for back in range(self.k - 1, -1, -1)], dim=-1)
        chunks = [self.mlp(self.embedding(chunk).flatten(start_dim=2)) for chunk in windows.split(self.chunk_size, dim=1)]
        return torch.cat(chunks, dim=1)
