"""With a cache a key of lag 0 is hidden too; what may see nothing sees all alike."""


class MultiHeadAttention:
    def forward(self, x, cache=None, layer=0):
        batch, seq, d_model = x.shape
        query, key_t, value = self.split(self.q(x)), self.split(self.k(x)).transpose(1, 2), self.split(self.v(x))
        if cache is not None:
            key_t, value = cache.put(layer, key_t, value, self.n_heads)
        allowed = causal_mask(seq, value.shape[1])
        if cache is not None:
            allowed = allowed.tril(value.shape[1] - seq - 1)
        blocked = (~allowed).to(x.dtype) * torch.finfo(x.dtype).min
        weights = torch.softmax(torch.baddbmm(blocked, query, key_t, alpha=self.size**-0.5), -1)
        mixed = torch.bmm(weights, value).reshape(batch, self.n_heads, seq, self.size)
        return self.o(mixed.transpose(1, 2).reshape(batch, seq, d_model))
