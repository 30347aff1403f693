"""An assignment to the first rows of the reserved room, one layer after the other."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


class KVCache:
    def reorder(self, rows: Tensor | Sequence[int]) -> None:
        wanted = torch.as_tensor(rows)
        for room, _ in self._room.values():
            moved = room.index_select(1, wanted)
            room[:, : len(wanted)] = moved
