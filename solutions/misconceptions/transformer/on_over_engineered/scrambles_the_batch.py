"""reshape makes (seq, batch, d_model) out of (batch, seq, d_model)."""

from torch import Tensor


class TransformerModel:
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        start = cache.length if cache is not None else 0
        stream = self.embedding(tokens).reshape(tokens.shape[1], tokens.shape[0], -1) + self.positions(start, tokens.shape[1])
        return self.reader(self.decoder(Context(stream, start, cache)).stream).transpose(0, 1)
