"""One convolution over the whole sequence"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        if tokens.dim() != 2 or tokens.numel() == 0:
            raise ValueError(f"need tokens (batch, seq), at least one each; got {tuple(tokens.shape)}")
        padded = F.pad(tokens, (self.k - 1, 0), value=0)
        x = F.relu(self.window(self.embedding(padded).transpose(1, 2)))
        for layer in self.hidden:
            x = F.relu(layer(x))
        result: Tensor = self.out(x).transpose(1, 2)
        return result
