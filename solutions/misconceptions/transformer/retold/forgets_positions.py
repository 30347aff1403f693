"""There is no table of positions at all, and embedding is one look-up."""

from __future__ import annotations

from torch import Tensor, nn


class TransformerModel(nn.Module):
    def __init__(self, vocab_size: int, d_model: int, n_heads: int, n_blocks: int, *, max_seq_len: int = 1024) -> None:
        super().__init__()
        self.max_seq_len = max_seq_len
        self.token_embedding = nn.Embedding(vocab_size, d_model)
        self.blocks = nn.ModuleList()
        for _ in range(n_blocks):
            self.blocks.append(TransformerBlock(d_model, n_heads))
        self.final_norm = RMSNorm(d_model)
        self.unembedding = nn.Linear(d_model, vocab_size)
        self.apply(_initialise)

    def _embed(self, tokens: Tensor, first_position: int) -> Tensor:
        if not 0 < tokens.shape[1] <= self.max_seq_len - first_position:
            raise ValueError(f"{tokens.shape[1]} tokens after {first_position}: the model knows 1 to {self.max_seq_len}")
        vectors: Tensor = self.token_embedding(tokens)
        return vectors
