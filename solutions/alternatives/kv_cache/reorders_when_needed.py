"""Pieces are kept as they came, each with the rows it must be read through; nothing is copied until a layer asks.

A reorder only composes row numbers: piece p is read as piece[rows_p], and a later reorder picks from rows_p. Length is a property.
"""

import torch


class KVCache:
    def __init__(self):
        self.reset()

    def reset(self):
        self._layers = []  # for each layer, a list of pieces [keys, values, rows]

    @property
    def length(self):
        return sum(keys.shape[2] for keys, _, _ in self._layers[0]) if self._layers else 0

    def reorder(self, rows):
        for pieces in self._layers:
            for piece in pieces:
                piece[2] = piece[2][torch.as_tensor(rows)]

    def append(self, layer, key, value):
        while len(self._layers) <= layer:
            self._layers.append([])
        pieces = self._layers[layer]
        pieces.append([key, value, torch.arange(key.shape[0])])
        keys = torch.cat([keys[rows] for keys, _, rows in pieces], dim=2)
        values = torch.cat([values[rows] for _, values, rows in pieces], dim=2)
        return keys, values
