"""The window begins at position t instead of ending there

For the TA: Padded on the right: position t sees t..t+k-1, the answer included. The loss falls suspiciously fast.

For the student: Which tokens does the model know when it has to predict token t+1?
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        _check_tokens(tokens)
        padded = F.pad(tokens, (0, self.k - 1), value=self.padding_id)
        windows = padded.unfold(dimension=1, size=self.k, step=1)
        chunks = [self.mlp(self.embedding(chunk).flatten(start_dim=2)) for chunk in windows.split(self.chunk_size, dim=1)]
        return torch.cat(chunks, dim=1)
