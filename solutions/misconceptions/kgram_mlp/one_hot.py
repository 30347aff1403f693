"""Writes the window as one-hot codes of k * vocab_size numbers

For the TA: The memory trap: values are right (a linear map of a one-hot is a look-up), the memory is a thousand times what is needed.

For the student: How many of the numbers in your input to the first layer are zero?
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
        chunks = []
        for chunk in windows.split(self.chunk_size, dim=1):
            codes = F.one_hot(chunk, self.padding_id + 1).to(self.embedding.weight.dtype)
            chunks.append(self.mlp((codes @ self.embedding.weight).flatten(start_dim=2)))
        return torch.cat(chunks, dim=1)
