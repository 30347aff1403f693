"""Refuses a sequence of exactly max_seq_len tokens.

For the TA: >= in place of > where the length is checked: the last position can never be used.

For the student: With max_seq_len=16, how many tokens may come? Try 15, 16 and 17.
"""

import torch
from torch import Tensor


class TransformerModel:
    def _embed(self, tokens: Tensor, first_position: int) -> Tensor:
        end = first_position + tokens.shape[1]
        if tokens.shape[1] == 0 or end >= self.max_seq_len:
            raise ValueError(f"a sequence must have fewer than {self.max_seq_len} positions, got {end}")
        positions = torch.arange(first_position, end, device=tokens.device)
        return self.token_embedding(tokens) + self.position_embedding(positions)
