"""The first layer as a sum over k look-up tables, one for each place in the window: the one-hot product without the one-hot."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    """A place that is before the start of the sequence adds nothing to the sum."""

    def __init__(self, vocab_size: int, k: int = 3, embed_size: int = 1024, num_inner_layers: int = 1, chunk_size: int = 1) -> None:
        super().__init__()
        for name, value, least in (
            ("vocab_size", vocab_size, 1),
            ("k", k, 1),
            ("embed_size", embed_size, 1),
            ("num_inner_layers", num_inner_layers, 0),
            ("chunk_size", chunk_size, 1),
        ):
            if value < least:
                raise ValueError(f"{name} must be at least {least}, got {value}")
        self.chunk_size = chunk_size
        self.tables = nn.ModuleList(nn.Embedding(vocab_size, embed_size) for _ in range(k))
        self.inner = nn.ModuleList(nn.Linear(embed_size, embed_size) for _ in range(num_inner_layers))
        self.unembed = nn.Linear(embed_size, vocab_size, bias=False)

    def _chunk(self, tokens: Tensor, start: int, stop: int) -> Tensor:
        hidden = None
        for back, table in enumerate(self.tables):  # back = 0: the newest token
            low = max(start - back, 0)
            part = table(tokens[:, low : max(stop - back, 0)])
            missing = (stop - start) - part.shape[1]
            part = nn.functional.pad(part, (0, 0, missing, 0))
            hidden = part if hidden is None else hidden + part
        assert hidden is not None
        hidden = torch.tanh(hidden)
        for layer in self.inner:
            hidden = torch.tanh(layer(hidden))
        return self.unembed(hidden)

    def forward(self, tokens: Tensor) -> Tensor:
        """(batch, seq) -> (batch, seq, vocab_size)."""
        if tokens.dim() != 2 or tokens.shape[1] < 1:
            raise ValueError(f"tokens should be (batch, seq) with seq >= 1, not {tuple(tokens.shape)}")
        seq = tokens.shape[1]
        parts = [self._chunk(tokens, at, min(at + self.chunk_size, seq)) for at in range(0, seq, self.chunk_size)]
        return torch.cat(parts, 1)
