"""Both lists hold bfloat16, and what is handed out is converted back to the dtype of the new keys."""

from __future__ import annotations

import torch
from torch import Tensor


class KVCache:
    def append(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        dtype = key.dtype
        key, value = key.to(torch.bfloat16), value.to(torch.bfloat16)
        if layer < len(self._keys):
            key = torch.cat((self._keys.pop(layer), key), dim=2)
            value = torch.cat((self._values.pop(layer), value), dim=2)
        self._keys.insert(layer, key)
        self._values.insert(layer, value)
        return key.to(dtype), value.to(dtype)
