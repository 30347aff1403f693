"""No argument is looked at: sizes are clamped where they would crash, one-dimensional tokens become a row."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    def __init__(self, vocab_size: int, k: int = 3, embed_size: int = 1024, num_inner_layers: int = 1, chunk_size: int = 1) -> None:
        super().__init__()
        self.k = max(k, 1)
        self.chunk_size = max(chunk_size, 1)
        self.embedding = nn.Embedding(vocab_size + 1, embed_size, padding_idx=vocab_size)
        self.first = nn.Linear(self.k * embed_size, embed_size)
        self.inner = nn.ModuleList(nn.Linear(embed_size, embed_size) for _ in range(num_inner_layers))
        self.out = nn.Linear(embed_size, vocab_size)

    def forward(self, tokens: Tensor, cache: object = None) -> Tensor:
        rows = torch.atleast_2d(tokens)
        batch, seq = rows.shape[0], rows.shape[-1]
        padded = F.pad(rows, (self.k - 1, 0), value=self.embedding.num_embeddings - 1)
        logits = rows.new_empty(batch, 0, self.out.out_features).to(self.out.weight.dtype)
        for start in range(0, seq, self.chunk_size):
            stop = min(start + self.chunk_size, seq)
            window = torch.cat([self.embedding(padded[:, start + i : stop + i]) for i in range(self.k)], dim=-1)
            hidden = F.gelu(self.first(window))
            for layer in self.inner:
                hidden = F.gelu(layer(hidden))
            logits = torch.cat([logits, self.out(hidden)], dim=1)
        return logits
