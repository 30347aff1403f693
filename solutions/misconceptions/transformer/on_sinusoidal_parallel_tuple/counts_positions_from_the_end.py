"""The sinusoids are turned upside down: the last token gets the first."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def sinusoids(first: int, seq: int, width: int, like: Tensor) -> Tensor:
    half = (width + 1) // 2
    rates = torch.exp(-math.log(10000.0) * torch.arange(half, device=like.device) / half)
    angles = torch.arange(first + seq - 1, first - 1, -1, device=like.device).unsqueeze(1) * rates
    return torch.cat((angles.sin(), angles.cos()), dim=1)[:, :width].to(like.dtype)
