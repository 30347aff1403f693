"""A reset drops the room of layer 0 and sets the length to 0."""

from __future__ import annotations


class KVCache:
    def reset(self) -> None:
        self._room.pop(0, None)
        self.length = 0
