"""Begins to count the positions again after every 64 tokens.

For the TA: The position is taken modulo 64, so that the table need not be longer. In short texts nothing is wrong; in a long one tokens
64 places apart stand in the same place, and exchanging them changes nothing.

For the student: Print the position vectors of tokens 0, 64 and 128 of a long text. What can the model know of their order?
"""

import torch
from torch import Tensor


class TransformerModel:
    def _embed(self, tokens: Tensor, first_position: int) -> Tensor:
        end = first_position + tokens.shape[1]
        if tokens.shape[1] == 0 or end > self.max_seq_len:
            raise ValueError(f"a sequence must have 1 to {self.max_seq_len} positions, got {end}")
        positions = torch.arange(first_position, end, device=tokens.device) % 64
        return self.token_embedding(tokens) + self.position_embedding(positions)
