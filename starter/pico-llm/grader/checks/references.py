"""What stands, in a message, for an object that stays on the other side: symbols, handles, methods."""

from __future__ import annotations

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class SymbolName:
    """A name that course.toml declares: ``RMSNorm``."""

    name: str


@dataclass(frozen=True)
class HandleId:
    """An object that lives in a worker. ``kind`` is its class name, for messages only."""

    number: int
    kind: str


@dataclass(frozen=True)
class MethodName:
    """A public method of an object that lives in a worker."""

    handle: HandleId
    name: str


@dataclass(frozen=True)
class Strided:
    """A tensor that shall arrive non-contiguous: same values, other strides."""

    tensor: torch.Tensor


def strided(tensor: torch.Tensor) -> Strided:
    """Ask for ``tensor`` (at least one dimension of two or more) to arrive as a non-contiguous view with the same values."""
    return Strided(tensor)
