"""What the probes answer, as data for tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch


@dataclass(frozen=True)
class Counts:
    """What one call cost, counted and not timed: the same on every machine and every repeat.

    Attributes:
        flops: floating-point operations of matrix products, convolutions and fused attention (a multiply-add is two).
        operations: tensor operations that PyTorch dispatched, views included.
        elements: elements written by those operations; views write none.
        escapes: times tensor data left PyTorch: ``.item()``, ``int(t)``, ``bool(t)``, ``.tolist()``, ``.numpy()`` and the like.
        value: what the call returned.
    """

    flops: int
    operations: int
    elements: int
    escapes: int
    value: Any


@dataclass(frozen=True)
class Memory:
    """Bytes of tensors allocated during one call; what existed before it is not counted.

    Attributes:
        peak_bytes: most that was alive at one time.
        saved_bytes: kept for the backward pass, each storage once.
        held_bytes: still alive after the result was dropped: what a cache keeps, or a leak.
    """

    peak_bytes: int
    saved_bytes: int
    held_bytes: int


@dataclass(frozen=True)
class ParameterGradient:
    """The gradient that reached one parameter or input; ``norm`` is None where none did (frozen, unused, detached)."""

    name: str
    shape: tuple[int, ...]
    norm: float | None
    finite: bool


@dataclass(frozen=True)
class ParameterState:
    """One parameter or buffer; ``digest`` is the sha256 of its bytes."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    requires_grad: bool
    digest: str


@dataclass(frozen=True)
class ModelState:
    """A model and the worker's random generators at one moment; compare two with ``==``."""

    training: bool
    rng_digest: str
    parameters: tuple[ParameterState, ...]
    buffers: tuple[ParameterState, ...]


@dataclass(frozen=True)
class CachedDecode:
    """A run with a cache: the logits of each ``feed``, and the cache's length after each step of any kind."""

    logits: tuple[torch.Tensor, ...]
    lengths: tuple[int, ...]
