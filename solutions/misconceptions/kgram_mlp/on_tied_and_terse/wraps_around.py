"""The rolled tokens are never blanked at the start"""

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        if tokens.dim() != 2 or not tokens.shape[1]:
            raise ValueError(f"tokens {tuple(tokens.shape)}")
        rolled = torch.stack([tokens.roll(i, 1) for i in range(self.k)], 2)
        out = []
        for ids in rolled.split(self.c, 1):
            h = self.e(ids).flatten(2)
            for w in self.w:
                h = torch.sin(w(h))
            out.append(h @ self.e.weight.T)
        return torch.cat(out, 1)
