"""Keeps one list of keys and values for all layers.

For the TA: append ignores the layer, so that every layer sees the keys of all layers before it, one after the other. The length is
n_blocks times too large, and already the first call is wrong from the second layer on.

For the student: How many tensors of keys should your cache hold for a model of three blocks?
"""

from __future__ import annotations

import torch
from torch import Tensor


class KVCache:
    def append(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        if not self._keys:
            self._keys.append(key)
            self._values.append(value)
        else:
            self._keys[0] = torch.cat((self._keys[0], key), dim=-2)
            self._values[0] = torch.cat((self._values[0], value), dim=-2)
        return self._keys[0], self._values[0]
