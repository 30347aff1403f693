"""The second sublayer of a block returns its own result."""


class Block:
    def forward(self, x, turn, cache, layer):
        x = x + self.attention(self.attention_norm(x), turn, cache, layer)
        return self.mlp(self.mlp_norm(x))
