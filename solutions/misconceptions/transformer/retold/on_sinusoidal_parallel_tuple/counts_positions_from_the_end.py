"""The last position of the call gets 0, the one before it 1, and so on."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def sinusoids(first: int, seq: int, width: int, like: Tensor) -> Tensor:
    n_rates = width // 2 + width % 2
    rates = 10000.0 ** -(torch.arange(n_rates, device=like.device) / n_rates)
    still_to_come = torch.arange(seq - 1, -1, -1, device=like.device)
    angles = torch.outer(still_to_come.to(rates.dtype), rates)
    waves = torch.cat((torch.sin(angles), torch.sin(angles + math.pi / 2)), dim=-1)
    return waves[:, :width].to(like.dtype)
