"""One linear map for each place in the window, summed; positions of all rows in one flat list; a head that starts at zero."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    """The window is never put together: each place adds its share to the hidden layer."""

    def __init__(self, vocab_size: int, k: int = 3, embed_size: int = 1024, num_inner_layers: int = 1, chunk_size: int = 1) -> None:
        super().__init__()
        if vocab_size < 1:
            raise ValueError(f"vocab_size={vocab_size}")
        if k < 1:
            raise ValueError(f"k={k}")
        if embed_size < 1:
            raise ValueError(f"embed_size={embed_size}")
        if chunk_size < 1:
            raise ValueError(f"chunk_size={chunk_size}")
        if num_inner_layers < 0:
            raise ValueError(f"num_inner_layers={num_inner_layers}")
        self.chunk_size = chunk_size
        self.padding = vocab_size
        self.embed = nn.Embedding(vocab_size + 1, embed_size)
        self.places = nn.ModuleList(nn.Linear(embed_size, embed_size, bias=place == 0) for place in range(k))
        self.inner = nn.ModuleList(nn.Linear(embed_size, embed_size) for _ in range(num_inner_layers))
        self.head = nn.Linear(embed_size, vocab_size)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, tokens: Tensor) -> Tensor:
        """(batch, seq) -> (batch, seq, vocab_size)."""
        if tokens.dim() != 2 or tokens.shape[1] < 1:
            raise ValueError(f"tokens of shape {tuple(tokens.shape)} are not (batch, seq >= 1)")
        batch, seq = tokens.shape
        done = []
        for start in range(0, seq, self.chunk_size):
            stop = min(start + self.chunk_size, seq)
            hidden = self.places[0](self.embed(tokens[:, start:stop].reshape(-1)))  # (batch * chunk, embed)
            for back, place in enumerate(self.places):
                if back > 0:
                    shifted = F.pad(tokens, (back, 0), value=self.padding)[:, start:stop]
                    hidden = hidden + place(self.embed(shifted.reshape(-1)))
            hidden = F.elu(hidden)
            for layer in self.inner:
                hidden = F.elu(layer(hidden))
            done.append(self.head(hidden).reshape(batch, stop - start, -1))
        return torch.cat(done, dim=1)
