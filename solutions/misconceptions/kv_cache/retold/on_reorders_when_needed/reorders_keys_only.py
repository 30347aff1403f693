"""The rows of the pieces are applied to the keys; the values come as they were put in."""

from __future__ import annotations

import torch
from torch import Tensor


class KVCache:
    def append(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        if layer >= len(self._layers):
            self._layers.append([])
        self._layers[layer].append([key, value, torch.arange(len(key))])
        all_keys, all_values = [], []
        for piece_keys, piece_values, rows in self._layers[layer]:
            all_keys.append(piece_keys.index_select(0, rows))
            all_values.append(piece_values)
        return torch.cat(all_keys, dim=2), torch.cat(all_values, dim=2)
