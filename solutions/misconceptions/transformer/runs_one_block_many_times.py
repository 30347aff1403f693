"""Makes one block and puts it into the list n times.

For the TA: [block] * n_blocks holds the same object n times, so all layers share their parameters. The depth is there, the parameters are
not.

For the student: How many parameters does your model have with one block, and with two?
"""

from picollm.rmsnorm import RMSNorm
from torch import nn


class TransformerModel:
    def __init__(self, vocab_size: int, d_model: int, n_heads: int, n_blocks: int, *, max_seq_len: int = 1024) -> None:
        super().__init__()
        self.max_seq_len = max_seq_len
        self.token_embedding = nn.Embedding(vocab_size, d_model)
        self.position_embedding = nn.Embedding(max_seq_len, d_model)
        self.blocks = nn.ModuleList([TransformerBlock(d_model, n_heads)] * n_blocks)
        self.final_norm = RMSNorm(d_model)
        self.unembedding = nn.Linear(d_model, vocab_size, bias=False)
        self.apply(_initialise)
