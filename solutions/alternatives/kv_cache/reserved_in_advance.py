"""Keys and values are written into room that was reserved in advance and doubles when it is full; length is a plain attribute.

The first append of a layer decides shape, dtype and device. A reset gives the room back. Reordering copies the rows at once.
"""

import torch


class KVCache:
    def __init__(self):
        self.length = 0
        self._room = {}  # layer -> [keys and values (2, batch, heads, capacity, size), positions used]

    def append(self, layer, key, value):
        new = torch.stack((key, value))
        if layer not in self._room:
            self._room[layer] = [new.new_empty(*new.shape[:3], 8, new.shape[4]), 0]
        room, used = self._room[layer]
        end = used + new.shape[3]
        while end > room.shape[3]:
            room = torch.cat((room, torch.empty_like(room)), dim=3)
        room[:, :, :, used:end] = new
        self._room[layer] = [room, end]
        self.length = end
        return room[0, :, :, :end], room[1, :, :, :end]

    def reset(self):
        self._room = {}
        self.length = 0

    def reorder(self, rows):
        rows = torch.as_tensor(rows)
        for entry in self._room.values():
            entry[0] = entry[0].index_select(1, rows)
