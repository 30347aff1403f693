"""Hands out keys and values that lie transposed in memory, so that products with them run through their numbers in another order."""

import torch
from torch import Tensor


class KVCache:
    def append(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        if layer == len(self._keys):
            self._keys.append(key)
            self._values.append(value)
        else:
            self._keys[layer] = torch.cat((self._keys[layer], key), dim=-2)
            self._values[layer] = torch.cat((self._values[layer], value), dim=-2)
        stored = self._keys[layer], self._values[layer]
        return stored[0].mT.contiguous().mT, stored[1].mT.contiguous().mT
