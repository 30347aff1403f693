"""Slides a window of ids along the sequence, one token per step, and writes the logits into a list."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor, cache: object = None) -> Tensor:
        _check_tokens(tokens)
        window = torch.full_like(tokens[:, :1], self.padding_id).repeat(1, self.k)
        steps = []
        for t in range(tokens.size(1)):
            window = torch.cat([window[:, 1:], tokens[:, t : t + 1]], dim=1)
            steps.append(self.mlp(self.embedding(window).flatten(1)))
        return torch.stack(steps, dim=1)
