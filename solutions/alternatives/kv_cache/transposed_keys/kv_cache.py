"""Keys lie transposed, (batch * heads, size, length), ready for the product with the queries; batch and heads are one dimension.

A reorder therefore has to find the rows of all heads of a row.
"""

import torch


class KVCache:
    def __init__(self):
        self.keys_t, self.values, self.heads = {}, {}, 1

    @property
    def length(self):
        return self.values[0].shape[1] if 0 in self.values else 0

    def put(self, layer, key_t, value, heads):
        self.heads = heads
        if layer in self.values:
            key_t = torch.dstack((self.keys_t[layer], key_t))
            value = torch.hstack((self.values[layer], value))
        self.keys_t[layer], self.values[layer] = key_t, value
        return key_t, value

    def reset(self):
        for stored in (self.keys_t, self.values):
            stored.clear()

    def reorder(self, rows):
        flat = (torch.as_tensor(rows)[:, None] * self.heads + torch.arange(self.heads)).reshape(-1)
        self.keys_t = {layer: stored[flat] for layer, stored in self.keys_t.items()}
        self.values = {layer: stored[flat] for layer, stored in self.values.items()}
