"""Each sublayer hands on what it has computed and normalised."""

import torch


class Layer:
    def forward(self, x, bias, remember):
        query = self.heads(self.query(x))
        key, value = remember(*(self.heads(part) for part in self.key_value(x).chunk(2, dim=-1)))
        scores = torch.einsum("bhqd,bhkd->bhqk", query * query.shape[-1] ** -0.5, key) + bias
        x = self.norm_a(self.out(torch.einsum("bhqk,bhkd->bqhd", torch.softmax(scores, dim=-1), value).flatten(2)))
        return self.norm_b(self.narrow(torch.tanh(self.wide(x))))
