"""Moves the rows of the first layer.

For the TA: Only the first layer's keys and values are reordered. With one block everything is right.

For the student: Does your test of reorder use a model of more than one block?
"""

from collections.abc import Sequence

import torch
from torch import Tensor


class KVCache:
    def reorder(self, rows: Tensor | Sequence[int]) -> None:
        self._keys[:1] = [key[torch.as_tensor(rows)] for key in self._keys[:1]]
        self._values[:1] = [value[torch.as_tensor(rows)] for value in self._values[:1]]
