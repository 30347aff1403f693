"""The stages work on (seq, batch, d_model), and the tokens come to them as (batch, seq)."""

from torch import Tensor


class TransformerModel:
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        start = cache.length if cache is not None else 0
        stream = self.embedding(tokens) + self.positions(start, tokens.shape[0])
        return self.reader(self.decoder(Context(stream, start, cache)).stream)
