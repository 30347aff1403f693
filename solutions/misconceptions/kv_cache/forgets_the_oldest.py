"""Forgets what lies more than 256 positions back.

For the TA: Each layer keeps the last 256 keys and values, a sliding window that was not asked for. Nothing is wrong in a short text; in a
long one new tokens no longer see its beginning. length goes on counting.

For the student: After 300 positions, how many keys lie in the first layer of your cache?
"""

import torch
from torch import Tensor

WINDOW = 256


class KVCache:
    def __init__(self) -> None:
        self._keys: list[Tensor] = []
        self._values: list[Tensor] = []
        self._fed = 0

    @property
    def length(self) -> int:
        return self._fed

    def append(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        self._fed += key.shape[-2] if layer == 0 else 0
        if layer < len(self._keys):
            key = torch.cat((self._keys[layer], key), dim=-2)
            value = torch.cat((self._values[layer], value), dim=-2)
        else:
            self._keys.append(key)
            self._values.append(value)
        self._keys[layer], self._values[layer] = key[:, :, -WINDOW:], value[:, :, -WINDOW:]
        return key, value

    def reset(self) -> None:
        self._keys.clear()
        self._values.clear()
        self._fed = 0
