"""A reset keeps one piece of length 0 for each layer, cut out of what was there."""

from __future__ import annotations

import torch


class KVCache:
    def __init__(self) -> None:
        self._layers = []

    def reset(self) -> None:
        emptied = []
        for pieces in self._layers:
            keys, values, rows = pieces[0]
            now = torch.arange(len(rows))
            emptied.append([[keys[rows][:, :, :0], values[rows][:, :, :0], now]])
        self._layers = emptied
