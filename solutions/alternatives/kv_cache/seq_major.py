"""Time comes first: one tensor per layer, (length, batch, heads, 2 * size), keys and values side by side in the last dimension.

A new position is stacked under the others, as a row under a table. Reordering picks along dimension 1.
"""

import torch


class KVCache:
    def __init__(self):
        self.table = []

    @property
    def length(self):
        return len(self.table[0]) if self.table else 0

    def reset(self):
        self.table = []

    def reorder(self, rows):
        self.table = [torch.index_select(both, 1, torch.as_tensor(rows)) for both in self.table]

    def append(self, layer, key, value):
        new = torch.cat((key, value), dim=3).permute(2, 0, 1, 3)
        if layer == len(self.table):
            self.table.append(new)
        else:
            self.table[layer] = torch.vstack((self.table[layer], new))
        return self.table[layer].permute(1, 2, 0, 3).tensor_split((key.shape[3],), dim=3)
