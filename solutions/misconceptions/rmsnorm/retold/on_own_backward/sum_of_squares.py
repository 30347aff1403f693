"""Normalises to length one: the root of x . x, with the matching derivative."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class _Normalise(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, eps: float) -> Tensor:
        length = torch.sqrt((x * x).sum(dim=-1, keepdim=True) + eps)
        unit = x / length
        ctx.save_for_backward(unit, length)
        return unit

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:
        (grad,) = grads
        unit, length = ctx.saved_tensors
        return (grad - unit * (grad * unit).sum(-1, keepdim=True)) / length, None
