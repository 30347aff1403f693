"""The MLP's norm is built and not called."""


class Block:
    def forward(self, x, turn, cache, layer):
        x = x + self.attention(self.attention_norm(x), turn, cache, layer)
        return x + self.mlp(x)
