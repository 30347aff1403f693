"""The second norm is taken of the gated MLP alone."""

from torch.nn import functional as F


class Block:
    def forward(self, x, cache, layer):
        x = self.ln1(x + self.attn(x, cache, layer))
        return self.ln2(self.down(F.silu(self.gate(x)) * self.up(x)))
