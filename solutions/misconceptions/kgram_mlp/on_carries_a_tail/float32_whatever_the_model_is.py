"""The zeros before the start are float32, and so is what they are joined to in bfloat16"""

from __future__ import annotations

import torch
from torch import Tensor


class Tail:
    def __init__(self, table: Tensor, batch: int, length: int) -> None:
        self._kept = torch.zeros(batch, length, table.shape[1])
