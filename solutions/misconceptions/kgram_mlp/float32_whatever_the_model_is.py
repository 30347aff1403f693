"""Makes float32 of the windows whatever dtype the model has

For the TA: A .float() in forward: a model that was cast to float64 or bfloat16 fails with a mismatch of dtypes.

For the student: What happens after model.to(torch.float64)?
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        _check_tokens(tokens)
        padded = F.pad(tokens, (self.k - 1, 0), value=self.padding_id)
        windows = padded.unfold(dimension=1, size=self.k, step=1)
        chunks = [self.mlp(self.embedding(chunk).float().flatten(start_dim=2)) for chunk in windows.split(self.chunk_size, dim=1)]
        return torch.cat(chunks, dim=1)
