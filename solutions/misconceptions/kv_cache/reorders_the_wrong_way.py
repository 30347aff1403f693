"""Sends row i to rows[i], where it should fetch from there.

For the TA: The permutation is applied in the wrong direction. An exchange of two rows is its own inverse and looks right; a rotation or a
repeated row is not.

For the student: rows = (2, 0, 1): which old row is new row 0? Try it with three rows, since with two both readings agree.
"""

from collections.abc import Sequence

import torch
from torch import Tensor


class KVCache:
    def reorder(self, rows: Tensor | Sequence[int]) -> None:
        for stored in (self._keys, self._values):
            for layer, old in enumerate(stored):
                new = old[torch.as_tensor(rows)].clone()
                for source, target in enumerate(rows):
                    if source < len(old) and target < len(new):
                        new[target] = old[source]
                stored[layer] = new
