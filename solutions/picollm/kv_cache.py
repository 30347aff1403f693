"""Exercise kv_cache: keep the keys and values of earlier positions, so that decoding computes each position once."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


class KVCache:
    """The keys and values of the positions that a transformer has already seen, for all its layers.

    A new cache is empty. ``model(tokens, cache=cache)`` takes the new tokens only, appends theirs, and returns their logits. How the
    layers put their keys and values in is up to you.
    """

    def __init__(self) -> None:
        # BEGIN SOLUTION
        # One tensor per layer, (batch, n_heads, length, d_head).
        self._keys: list[Tensor] = []
        self._values: list[Tensor] = []
        # END SOLUTION

    @property
    def length(self) -> int:
        """How many positions are in the cache; 0 when it is empty."""
        # BEGIN SOLUTION
        return self._keys[0].shape[-2] if self._keys else 0
        # END SOLUTION

    # BEGIN SOLUTION
    def append(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """Add one layer's keys and values of the new positions.

        Args:
            layer: 0 for the first layer; in an empty cache the layers must come in order.
            key: (batch, n_heads, new, d_head).
            value: (batch, n_heads, new, d_head).

        Returns:
            All keys and all values of that layer, each (batch, n_heads, length, d_head).
        """
        if layer == len(self._keys):
            self._keys.append(key)
            self._values.append(value)
        else:
            self._keys[layer] = torch.cat((self._keys[layer], key), dim=-2)
            self._values[layer] = torch.cat((self._values[layer], value), dim=-2)
        return self._keys[layer], self._values[layer]

    # END SOLUTION

    def reset(self) -> None:
        """Forget everything: the cache is then like a new one, and may be used for a batch of another size."""
        # BEGIN SOLUTION
        self._keys.clear()
        self._values.clear()
        # END SOLUTION

    def reorder(self, rows: Tensor | Sequence[int]) -> None:
        """Make row i of the batch what row ``rows[i]`` was, as beam search does when it drops one beam and splits another.

        Args:
            rows: (new_batch,) int64, or a list of int. Rows may be repeated or left out, and the batch may grow or shrink.
        """
        # BEGIN SOLUTION
        self._keys = [key[torch.as_tensor(rows, device=key.device)] for key in self._keys]
        self._values = [value[torch.as_tensor(rows, device=value.device)] for value in self._values]
        # END SOLUTION
