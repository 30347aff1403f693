"""Builds every block with one head.

For the TA: n_heads is accepted and never arrives at the attention, so there is one head of the full width, and no ValueError where
n_heads does not divide d_model.

For the student: Build the model with 1 and with 4 heads and the same parameters. Should the logits agree?
"""

from picollm.rmsnorm import RMSNorm
from torch import nn


class TransformerModel:
    def __init__(self, vocab_size: int, d_model: int, n_heads: int, n_blocks: int, *, max_seq_len: int = 1024) -> None:
        super().__init__()
        self.max_seq_len = max_seq_len
        self.token_embedding = nn.Embedding(vocab_size, d_model)
        self.position_embedding = nn.Embedding(max_seq_len, d_model)
        self.blocks = nn.ModuleList(TransformerBlock(d_model, 1) for _ in range(n_blocks))
        self.final_norm = RMSNorm(d_model)
        self.unembedding = nn.Linear(d_model, vocab_size, bias=False)
        self.apply(_initialise)
