"""Takes 64 for max_seq_len where none is given.

For the TA: The default of max_seq_len is not the handout's 1024. With max_seq_len given, everything is right.

For the student: Compare your constructor's signature with the handout's, down to the defaults. How long may a text be?
"""

from picollm.rmsnorm import RMSNorm
from torch import nn


class TransformerModel:
    def __init__(self, vocab_size: int, d_model: int, n_heads: int, n_blocks: int, *, max_seq_len: int = 64) -> None:
        super().__init__()
        self.max_seq_len = max_seq_len
        self.token_embedding = nn.Embedding(vocab_size, d_model)
        self.position_embedding = nn.Embedding(max_seq_len, d_model)
        self.blocks = nn.ModuleList(TransformerBlock(d_model, n_heads) for _ in range(n_blocks))
        self.final_norm = RMSNorm(d_model)
        self.unembedding = nn.Linear(d_model, vocab_size, bias=False)
        self.apply(_initialise)
