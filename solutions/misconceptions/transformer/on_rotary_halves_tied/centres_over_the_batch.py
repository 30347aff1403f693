"""The stream is centred over rows and positions together before it is unembedded."""

import torch
from torch import nn


class TransformerModel:
    def forward(self, tokens, cache=None):
        first = cache.length if cache is not None else 0
        end = first + tokens.size(1)
        if end > self.cos.size(0):
            raise ValueError(f"{end} positions, and there are angles for {self.cos.size(0)}")
        cos, sin = self.cos[first:end], self.sin[first:end]

        def turn(x):
            left, right = x.chunk(2, dim=-1)
            return torch.cat((left * cos - right * sin, right * cos + left * sin), dim=-1)

        x = self.embedding(tokens)
        for layer, block in enumerate(self.blocks):
            x = block(x, turn, cache, layer)
        return nn.functional.linear(self.norm(x - x.mean(dim=(0, 1))), self.embedding.weight)
