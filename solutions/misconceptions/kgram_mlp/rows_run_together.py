"""Takes the windows from the flattened batch, across the border between two rows

For the TA: The batch is reshaped to one long sequence; the first windows of a row hold the end of the row before.

For the student: Feed two rows together and each alone. Look at the first positions of the second row.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        _check_tokens(tokens)
        batch, seq = tokens.shape
        padded = F.pad(tokens.reshape(-1), (self.k - 1, 0), value=self.padding_id)
        windows = padded.unfold(dimension=0, size=self.k, step=1).reshape(batch, seq, self.k)
        chunks = [self.mlp(self.embedding(chunk).flatten(start_dim=2)) for chunk in windows.split(self.chunk_size, dim=1)]
        return torch.cat(chunks, dim=1)
