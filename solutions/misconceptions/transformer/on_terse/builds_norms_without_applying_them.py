"""attend(x) without norm(x), and the MLP begins at its second part."""

import torch


class TransformerModel:
    def forward(self, tokens, cache=None):
        x, i = self.e(tokens), torch.arange(self.e.embedding_dim, device=tokens.device)
        p = torch.arange(tokens.size(1), device=tokens.device)[:, None] + (0 if cache is None else cache.length)
        x = x + (p / 1e4 ** (i // 2 * 2 / len(i)) + i % 2 * torch.pi / 2).sin().to(x)
        for layer, (attend, think) in enumerate(zip(self.a, self.m, strict=True)):
            x = x + attend(x, cache, layer)
            x = x + think[1:](x)
        return self.u(x)
