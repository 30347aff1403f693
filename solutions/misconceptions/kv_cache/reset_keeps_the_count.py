"""Empties the tensors on reset, and leaves the count where it was.

For the TA: The number of positions is kept beside the tensors, and reset does not set it to 0: the next text begins at the position where
the last one ended.

For the student: Print cache.length right after cache.reset().
"""

from torch import Tensor


class KVCache:
    def __init__(self) -> None:
        self._keys: list[Tensor] = []
        self._values: list[Tensor] = []
        self._forgotten = 0

    @property
    def length(self) -> int:
        return self._forgotten + (self._keys[0].shape[-2] if self._keys else 0)

    def reset(self) -> None:
        self._forgotten = self.length
        self._keys.clear()
        self._values.clear()
