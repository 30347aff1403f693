"""Keeps what the last call brought, and drops what was there.

For the TA: append replaces the layer's keys and values by the new ones. The first call is right; from then on a token sees the tokens of
its own call only, and length is how many came last.

For the student: After feeding three tokens and then one, how many keys lie in the first layer of your cache?
"""

from torch import Tensor


class KVCache:
    def append(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        if layer == len(self._keys):
            self._keys.append(key)
            self._values.append(value)
        else:
            self._keys[layer], self._values[layer] = key, value
        return key, value
