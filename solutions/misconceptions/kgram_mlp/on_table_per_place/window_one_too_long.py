"""One table more than there are places"""

from __future__ import annotations

from torch import nn


class KGramMLPSeqModel(nn.Module):
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
        self.tables = nn.ModuleList(nn.Embedding(vocab_size, embed_size) for _ in range(k + 1))
        self.inner = nn.ModuleList(nn.Linear(embed_size, embed_size) for _ in range(num_inner_layers))
        self.unembed = nn.Linear(embed_size, vocab_size, bias=False)
