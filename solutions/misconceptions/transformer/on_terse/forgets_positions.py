"""The line with the sinusoids is missing."""


class TransformerModel:
    def forward(self, tokens, cache=None):
        x = self.e(tokens)
        for layer, (attend, norm, think) in enumerate(zip(self.a, self.n, self.m, strict=True)):
            x = x + attend(norm(x), cache, layer)
            x = x + think(x)
        return self.u(x)
