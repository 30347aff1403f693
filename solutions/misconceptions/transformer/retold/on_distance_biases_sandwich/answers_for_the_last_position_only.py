"""Only the last vector of the stream is unembedded: (batch, vocab_size) comes back."""

from __future__ import annotations

from picollm.kv_cache import KVCache
from torch import Tensor, nn


class TransformerModel(nn.Module):
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        stream = self.embedding[tokens[:, -self.context :]]
        for number, block in enumerate(self.blocks):
            stream = block(stream, cache, number)
        last = self.norm(stream[:, -1, :])
        return torch.matmul(last, self.out)
