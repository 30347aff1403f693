"""Looks the embeddings up in one flat view, in which the padding is then set to -100 for the loss to ignore."""

from __future__ import annotations

import torch
from torch import Tensor, nn

IGNORED_BY_THE_LOSS = -100


class TransformerModel(nn.Module):
    def _embed(self, tokens: Tensor, first_position: int) -> Tensor:
        batch, seq = tokens.shape
        if seq < 1 or first_position + seq > self.max_seq_len:
            raise ValueError(f"seq must be 1 to {self.max_seq_len}, got {seq} after {first_position}")
        flat = tokens.view(batch * seq)
        known = flat.clamp(min=0)
        embedded = self.token_embedding(known).view(batch, seq, -1)
        flat[flat == 0] = IGNORED_BY_THE_LOSS
        places = torch.arange(seq, device=tokens.device) + first_position
        result: Tensor = embedded + self.position_embedding(places)
        return result
