"""Positions are rotations: keys lie unrotated, and all of them are rotated to their places each time they are read.

One list entry per call and layer; what a layer reads is joined from them.
"""

import torch


class KVCache:
    def __init__(self):
        self.calls = []  # for each call a list of (keys, values), one per layer

    @property
    def length(self):
        return sum(layers[0][0].shape[2] for layers in self.calls)

    def begin(self):
        self.calls.append([])

    def add(self, keys, values):
        self.calls[-1].append((keys, values))
        layer = len(self.calls[-1]) - 1
        stored = [call[layer] for call in self.calls]
        return torch.cat([keys for keys, _ in stored], 2), torch.cat([values for _, values in stored], 2)

    def reset(self):
        del self.calls[:]

    def reorder(self, rows):
        self.calls = [[(keys[rows], values[rows]) for keys, values in call] for call in self.calls]
