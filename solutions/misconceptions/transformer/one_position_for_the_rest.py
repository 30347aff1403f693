"""Gives all tokens beyond the 64th the same position.

For the TA: Positions are clamped to the last one of a table that is too short. Short texts are right; in a long one the order of all but
the first 64 tokens is lost.

For the student: Which position vectors do tokens 100 and 200 of a long text get? Does your table have as many rows as max_seq_len says?
"""

import torch
from torch import Tensor


class TransformerModel:
    def _embed(self, tokens: Tensor, first_position: int) -> Tensor:
        end = first_position + tokens.shape[1]
        if tokens.shape[1] == 0 or end > self.max_seq_len:
            raise ValueError(f"a sequence must have 1 to {self.max_seq_len} positions, got {end}")
        positions = torch.arange(first_position, end, device=tokens.device).clamp(max=63)
        return self.token_embedding(tokens) + self.position_embedding(positions)
