"""Believes that the last position is already too long.

For the TA: The length check is off by one with a cache: max_seq_len positions in total are refused.

For the student: max_seq_len is 20 and 19 positions are in the cache. May one more come?
"""

import torch
from torch import Tensor


class TransformerModel:
    def _embed(self, tokens: Tensor, first_position: int) -> Tensor:
        end = first_position + tokens.shape[1]
        if tokens.shape[1] == 0 or end > self.max_seq_len or (first_position and end == self.max_seq_len):
            raise ValueError(f"a sequence must have 1 to {self.max_seq_len} positions, got {end}")
        positions = torch.arange(first_position, end, device=tokens.device)
        return self.token_embedding(tokens) + self.position_embedding(positions)
