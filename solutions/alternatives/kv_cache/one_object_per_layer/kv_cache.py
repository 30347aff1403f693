"""One object per layer, handed to that layer alone, which knows nothing of layers; places are counted by the model's cache.

Keys lie as (batch, length, heads, size). The transformer returns a tuple (logits, cache), and attention gets its layer's store in place of
the whole cache and a number.
"""

import torch


class LayerStore:
    """The keys and values of one layer; both None while it is empty."""

    def __init__(self):
        self.keys = None
        self.values = None

    def grow(self, keys, values):
        if self.keys is None:
            self.keys, self.values = keys, values
        else:
            self.keys = torch.hstack((self.keys, keys))
            self.values = torch.hstack((self.values, values))
        return self.keys, self.values


class KVCache:
    def __init__(self):
        self.stores = {}
        self.length = 0

    def store(self, layer):
        return self.stores.setdefault(layer, LayerStore())

    def reset(self):
        self.__init__()

    def reorder(self, rows):
        for store in self.stores.values():
            store.keys, store.values = store.keys[rows], store.values[rows]
