"""Given: a recurrent language model, to train beside your own. It works before any exercise does."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class LSTMCache:
    """What an LSTM remembers of the tokens it has read: its state, whose size does not grow with their number."""

    def __init__(self) -> None:
        self.state: tuple[Tensor, Tensor] | None = None  # hidden and cell state, each (1, batch, hidden)
        self.length = 0

    def reset(self) -> None:
        """Forget everything: the cache is then like a new one."""
        self.state = None
        self.length = 0

    def reorder(self, rows: Tensor | Sequence[int]) -> None:
        """Make row i of the batch what row ``rows[i]`` was; rows may be repeated or left out."""
        if self.state is not None:
            hidden, cell = self.state
            index = torch.as_tensor(rows, device=hidden.device)
            self.state = hidden[:, index], cell[:, index]


class LSTMSeqModel(nn.Module):
    """Embedding, one LSTM layer, and a linear layer to the logits (Hochreiter & Schmidhuber 1997, "Long Short-Term Memory").

    Args:
        vocab_size: number of tokens; ids are 0 to vocab_size - 1.
        embed_size: size of a token's embedding.
        hidden_size: size of the LSTM's hidden and cell state.
    """

    def __init__(self, vocab_size: int, embed_size: int = 1024, hidden_size: int = 1024) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_size)
        self.lstm = nn.LSTM(embed_size, hidden_size, batch_first=True)
        self.unembedding = nn.Linear(hidden_size, vocab_size)

    def make_cache(self) -> LSTMCache:
        """An empty cache for this model."""
        return LSTMCache()

    def forward(self, tokens: Tensor, cache: LSTMCache | None = None) -> Tensor:
        """Logits for the token that follows each position.

        Args:
            tokens: (batch, seq) int64, seq at least 1; with a cache only the new ones.
            cache: the state after the tokens before these; brought up to date.

        Returns:
            (batch, seq, vocab_size); entry t predicts token t+1.

        Raises:
            ValueError: the sequence is empty.
        """
        if tokens.shape[1] == 0:
            raise ValueError(f"tokens must hold at least one position, got shape {tuple(tokens.shape)}")
        hidden, state = self.lstm(self.embedding(tokens), None if cache is None else cache.state)  # hidden: (batch, seq, hidden)
        if cache is not None:
            cache.state = state
            cache.length += tokens.shape[1]
        logits: Tensor = self.unembedding(hidden)
        return logits
