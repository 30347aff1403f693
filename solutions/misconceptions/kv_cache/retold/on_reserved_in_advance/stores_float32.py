"""The room is made as float32, and what is read from it gets the dtype of the new keys again."""

from __future__ import annotations

import torch
from torch import Tensor


class KVCache:
    def append(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        batch, heads, new, size = key.shape
        if layer not in self._room:
            self._room[layer] = [torch.zeros(2, batch, heads, 8, size, dtype=torch.float32, device=key.device), 0]
        room, used = self._room[layer]
        self.length = used + new
        while room.shape[3] < self.length:
            room = torch.cat([room, torch.zeros_like(room)], dim=3)
        room[0, :, :, used : self.length] = key.float()
        room[1, :, :, used : self.length] = value.float()
        self._room[layer] = [room, self.length]
        keys, values = room[:, :, :, : self.length].to(key.dtype)
        return keys, values
