"""Length grows by one a call, so that later tokens are written over earlier ones."""


class TransformerModel:
    def forward(self, tokens, cache=None):
        first = 0 if cache is None else cache.length
        places = torch.arange(first, first + tokens.shape[1])
        if len(places) == 0 or places[-1] >= self.room:
            raise ValueError(f"max_seq_len is {self.room}")
        x = self.token(tokens) + self.position(places)
        for layer in range(len(self.qkv)):
            x = x + self.attend(layer, self.norms[2 * layer](x), places, cache)
            x = x + self.down[layer](nn.functional.gelu(self.up[layer](self.norms[2 * layer + 1](x))))
        if cache is not None:
            cache.length += 1
        return self.head(self.norms[-1](x))
