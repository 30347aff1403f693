"""Keeps 16-bit keys and values in float32, and hands them out so.

For the TA: append converts what is shorter than float32, as one does before a long sum. The queries stay in bfloat16, and their
product with the keys is an error. Right in float32 and float64.

For the student: Run your model in bfloat16. Which dtype have the queries, and which the keys that come out of the cache?
"""

import torch
from torch import Tensor


class KVCache:
    def append(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        wide = torch.promote_types(key.dtype, torch.float32)
        if layer == len(self._keys):
            self._keys.append(key.to(wide))
            self._values.append(value.to(wide))
        else:
            self._keys[layer] = torch.cat((self._keys[layer], key.to(wide)), dim=-2)
            self._values[layer] = torch.cat((self._values[layer], value.to(wide)), dim=-2)
        return self._keys[layer], self._values[layer]
