"""Adds the two halves of every layer's products, the second half first."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def in_halves(layer: nn.Module, x: Tensor) -> Tensor:
    if not isinstance(layer, nn.Linear):
        return layer(x)
    half = layer.in_features // 2
    return F.linear(x[..., half:], layer.weight[:, half:]) + F.linear(x[..., :half], layer.weight[:, :half], layer.bias)


class KGramMLPSeqModel:
    def forward(self, tokens: Tensor, cache: object = None) -> Tensor:  # noqa: ARG002
        _check_tokens(tokens)  # noqa: F821 - the reference's
        windows = F.pad(tokens, (self.k - 1, 0), value=self.padding_id).unfold(dimension=1, size=self.k, step=1)
        chunks = []
        for chunk in torch.split(windows, self.chunk_size, dim=1):
            x = self.embedding(chunk).flatten(start_dim=2)
            for layer in self.mlp:
                x = in_halves(layer, x)
            chunks.append(x)
        return torch.cat(chunks, dim=1)
