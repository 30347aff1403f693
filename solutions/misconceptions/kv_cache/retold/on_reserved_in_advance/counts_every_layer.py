"""length is the sum of the positions used in all rooms."""

from __future__ import annotations

from torch import Tensor


class KVCache:
    def __init__(self) -> None:
        self._room = {}

    @property
    def length(self) -> int:
        return sum(used for _, used in self._room.values())

    def append(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        batch, heads, new, size = key.shape
        room, used = self._room.get(layer, (key.new_empty(2, batch, heads, 16, size), 0))
        end = used + new
        if end > room.shape[3]:
            bigger = room.new_empty(2, batch, heads, 2 * end, size)
            bigger[:, :, :, :used] = room[:, :, :, :used]
            room = bigger
        room[0, :, :, used:end] = key
        room[1, :, :, used:end] = value
        self._room[layer] = [room, end]
        return room[0, :, :, :end], room[1, :, :, :end]

    def reset(self) -> None:
        self._room.clear()
