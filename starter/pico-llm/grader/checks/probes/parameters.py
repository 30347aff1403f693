"""Change a model for judging: random parameters, another dtype."""

from __future__ import annotations

import copy
from typing import TypeVar

import torch
from torch import nn

_Model = TypeVar("_Model", bound=nn.Module)


def require_module(model: object, probe: str) -> nn.Module:
    """The model, or TypeError naming the probe that needs one."""
    if not isinstance(model, nn.Module):
        raise TypeError(f"{probe} needs a torch.nn.Module, not {type(model).__name__}")
    return model


def randomize_parameters(model: nn.Module, seed: int = 0, std: float = 0.3) -> None:
    """Draw every floating parameter from N(0, std²) in place; one that is all ones, of whatever shape (a norm's gain), from N(1, std²).

    A freshly built model may hold zeros where behaviour should show. Uses its own generator: no other random state moves.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in require_module(model, "randomize_parameters").parameters():
            if parameter.is_floating_point():
                is_gain = bool((parameter == 1).all())
                noise = torch.randn(parameter.shape, generator=generator, dtype=torch.float64) * std
                parameter.copy_(noise + 1 if is_gain else noise)


def cast(model: _Model, dtype: str) -> _Model:
    """A deep copy with floating parameters and buffers in that dtype, such as ``"float64"``."""
    require_module(model, "cast")
    return copy.deepcopy(model).to(getattr(torch, dtype))
