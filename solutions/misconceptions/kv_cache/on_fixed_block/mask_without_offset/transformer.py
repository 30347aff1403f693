"""The numbers of keys are compared with those of the new tokens, counted from 0."""


class TransformerModel:
    def attend(self, layer, x, places, cache):
        query, keys, values = self.qkv[layer](x).unflatten(-1, (3, self.n_heads, -1)).unbind(2)
        if cache is not None:
            cache.place(len(self.qkv), keys, self.room)
            keys, values = cache.write(layer, keys, values)
        scores = torch.einsum("bqhd,bkhd->bhqk", query, keys) / query.shape[-1] ** 0.5
        later = torch.arange(keys.shape[1])[None, :] > torch.arange(x.shape[1])[:, None]
        weights = scores.masked_fill(later, -1e9).softmax(-1)
        return self.mix[layer](torch.einsum("bhqk,bkhd->bqhd", weights, values).flatten(2))
