"""Matrix after matrix, without the sine between them"""

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        if tokens.dim() != 2 or not tokens.shape[1]:
            raise ValueError(f"tokens {tuple(tokens.shape)}")
        t = torch.arange(tokens.shape[1])
        rolled = torch.stack([tokens.roll(i, 1) for i in range(self.k)], 2)
        there = (t[:, None] >= torch.arange(self.k))[None].expand(len(tokens), -1, -1)
        out = []
        for ids, real in zip(rolled.split(self.c, 1), there.split(self.c, 1), strict=True):
            h = (self.e(ids) * real[..., None]).flatten(2)
            for w in self.w:
                h = w(h)
            out.append(h @ self.e.weight.T)
        return torch.cat(out, 1)
