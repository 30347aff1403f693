"""Keeps the blocks in a Python list.

For the TA: PyTorch does not look into lists: the blocks' parameters are missing from model.parameters(), so they are never trained, saved
or moved to another device. The forward pass is right.

For the student: Print len(list(model.parameters())) for one block and for three. How does a module learn that it has children?
"""

from picollm.rmsnorm import RMSNorm
from torch import nn


class TransformerModel:
    def __init__(self, vocab_size: int, d_model: int, n_heads: int, n_blocks: int, *, max_seq_len: int = 1024) -> None:
        super().__init__()
        self.max_seq_len = max_seq_len
        self.token_embedding = nn.Embedding(vocab_size, d_model)
        self.position_embedding = nn.Embedding(max_seq_len, d_model)
        self.blocks = [TransformerBlock(d_model, n_heads) for _ in range(n_blocks)]
        self.final_norm = RMSNorm(d_model)
        self.unembedding = nn.Linear(d_model, vocab_size, bias=False)
        self.apply(_initialise)
