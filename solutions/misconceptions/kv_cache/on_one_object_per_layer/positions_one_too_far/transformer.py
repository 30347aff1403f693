"""The slice of places begins one too late, so that its end falls off the table at the last one."""


class TransformerModel:
    def forward(self, tokens, cache=None):
        start = cache.length if cache is not None else 0
        end = start + tokens.size(1)
        if end > self.max_seq_len:
            raise ValueError(f"{end} positions are more than {self.max_seq_len}")
        shift = int(start > 0)
        x = self.embed(tokens) + self.place[start + shift : end + shift]
        layers = zip(self.norm1, self.attn, self.norm2, self.fc, self.proj, strict=True)
        for number, (norm1, attn, norm2, fc, proj) in enumerate(layers):
            x = x + attn(norm1(x), cache.store(number) if cache is not None else None)
            x = x + proj(torch.relu(fc(norm2(x))))
        if cache is not None:
            cache.length = end
        return self.unembed(self.norm(x)), cache
