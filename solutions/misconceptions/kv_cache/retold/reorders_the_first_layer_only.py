"""reorder takes the entry at index 0 of both lists, where it should go through them."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


class KVCache:
    def reorder(self, rows: Tensor | Sequence[int]) -> None:
        if not self._keys:
            return
        index = torch.as_tensor(rows, device=self._keys[0].device)
        self._keys[0] = self._keys[0].index_select(0, index)
        self._values[0] = self._values[0].index_select(0, index)
