"""The sinusoids stay in the dtype in which they are calculated."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def sinusoids(first: int, seq: int, width: int, like: Tensor) -> Tensor:
    half = (width + 1) // 2
    rates = torch.exp(-math.log(10000.0) * torch.arange(half, device=like.device) / half)
    angles = torch.arange(first, first + seq, device=like.device).unsqueeze(1) * rates
    return torch.cat((angles.sin(), angles.cos()), dim=1)[:, :width]
