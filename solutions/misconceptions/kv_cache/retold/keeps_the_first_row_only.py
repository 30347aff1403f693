"""What comes out of the store is its row 0, expanded to the batch, in front of the new keys and values."""

from __future__ import annotations

import torch
from torch import Tensor


class KVCache:
    def append(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        if len(self._keys) <= layer:
            self._keys.append(key)
            self._values.append(value)
            return key, value
        batch = key.shape[0]
        old_key = self._keys[layer][:1].expand(batch, -1, -1, -1)
        old_value = self._values[layer][:1].expand(batch, -1, -1, -1)
        self._keys[layer] = torch.cat([old_key, key], dim=2)
        self._values[layer] = torch.cat([old_value, value], dim=2)
        return self._keys[layer], self._values[layer]
