"""Makes its positions on "cuda" whatever device the tokens are on

For the TA: A hard-coded device: the model cannot run where there is no GPU, and not on the second GPU either.

For the student: Where does your code say on which device it works? Which tensor could tell it instead?
"""

import torch
from torch import Tensor


class TransformerModel:
    def _embed(self, tokens: Tensor, first_position: int) -> Tensor:
        end = first_position + tokens.shape[1]
        if tokens.shape[1] == 0 or end > self.max_seq_len:
            raise ValueError(f"a sequence must have 1 to {self.max_seq_len} positions, got {tokens.shape[1]}")
        positions = torch.arange(first_position, end, device="cuda")
        return self.token_embedding(tokens) + self.position_embedding(positions)
