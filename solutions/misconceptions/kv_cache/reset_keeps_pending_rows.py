"""Keeps a reorder that was put off, over a reset.

For the TA: reorder only notes the rows; they are applied when the next tokens come, if there is a past. reset drops the past and not the
note, so that the next text's rows are moved in its second call.

For the student: Reorder, reset, and feed a new text in two calls. Which of your attributes still knows of the reorder?
"""

from collections.abc import Sequence

import torch
from torch import Tensor


class KVCache:
    def __init__(self) -> None:
        self._keys: list[Tensor] = []
        self._values: list[Tensor] = []
        self._pending: Tensor | None = None

    def append(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        if self._pending is not None and layer == 0 and self._keys:
            self._keys = [stored[self._pending] for stored in self._keys]
            self._values = [stored[self._pending] for stored in self._values]
            self._pending = None
        if layer == len(self._keys):
            self._keys.append(key)
            self._values.append(value)
        else:
            self._keys[layer] = torch.cat((self._keys[layer], key), dim=-2)
            self._values[layer] = torch.cat((self._values[layer], value), dim=-2)
        return self._keys[layer], self._values[layer]

    def reorder(self, rows: Tensor | Sequence[int]) -> None:
        rows = torch.as_tensor(rows)
        self._pending = rows if self._pending is None else self._pending[rows]
