"""Numbers the positions from the end of the sequence.

For the TA: The last token always has position 0. For one length the model is causal, so perturbing tokens shows nothing; but a token's
logits change when the text grows, and cached decoding cannot work.

For the student: Take five tokens, then the same five and one more. Which number does the first token have in each?
"""

import torch
from torch import Tensor


class TransformerModel:
    def _embed(self, tokens: Tensor, first_position: int) -> Tensor:
        end = first_position + tokens.shape[1]
        if tokens.shape[1] == 0 or end > self.max_seq_len:
            raise ValueError(f"a sequence must have 1 to {self.max_seq_len} positions, got {end}")
        positions = torch.arange(first_position, end, device=tokens.device).flip(0)
        return self.token_embedding(tokens) + self.position_embedding(positions)
