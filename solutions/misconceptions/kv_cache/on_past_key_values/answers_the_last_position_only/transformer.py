"""With a cache only the last position is unembedded."""


class TransformerModel:
    def forward(self, tokens, cache=None):
        start = cache.length if cache is not None else 0
        if start + tokens.size(1) > self.wpe.num_embeddings:
            raise ValueError("longer than max_seq_len")
        x = self.wte(tokens) + self.wpe.weight[start : start + tokens.size(1)]
        past = cache.past if cache is not None and cache.past is not None else [None] * len(self.h)
        presents = []
        for block, mine in zip(self.h, past, strict=True):
            x, present = block(x, mine)
            presents.append(present)
        if cache is not None:
            cache.past = tuple(presents)
            x = x[:, [-1]]
        return self.ln_f(x) @ self.wte.weight.T
