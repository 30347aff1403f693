"""Leave no trace: put random generators, gradients, buffers and modes back as they were."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn


def modules_among(target: object, args: Iterable[object] = (), kwargs: Mapping[str, object] | None = None) -> list[nn.Module]:
    """The modules that a call may touch: the target, the object a bound method belongs to, and the arguments."""
    candidates = [target, getattr(target, "__self__", None), *args, *(kwargs or {}).values()]
    return [candidate for candidate in candidates if isinstance(candidate, nn.Module)]


@contextmanager
def rng_kept() -> Iterator[None]:
    """Run the block, then put the states of torch, numpy and random back."""
    torch_state, numpy_state, python_state = torch.get_rng_state(), np.random.get_state(), random.getstate()
    try:
        yield
    finally:
        torch.set_rng_state(torch_state)
        np.random.set_state(numpy_state)
        random.setstate(python_state)


@contextmanager
def gradients_kept(modules: Iterable[nn.Module]) -> Iterator[None]:
    """Run the block with all ``.grad`` set to None, then put the old ones back."""
    parameters = [parameter for module in modules for parameter in module.parameters()]
    before = [parameter.grad for parameter in parameters]
    for parameter in parameters:
        parameter.grad = None
    try:
        yield
    finally:
        for parameter, gradient in zip(parameters, before, strict=True):
            parameter.grad = gradient


@contextmanager
def buffers_and_modes_kept(modules: Iterable[nn.Module]) -> Iterator[None]:
    """Run the block, then put buffer values and the train/eval mode of every submodule back."""
    submodules = [submodule for module in modules for submodule in module.modules()]
    modes = [submodule.training for submodule in submodules]
    buffers = [buffer for submodule in submodules for buffer in submodule.buffers(recurse=False)]
    before = [(buffer._version, buffer.detach().clone()) for buffer in buffers]
    try:
        yield
    finally:
        for submodule, mode in zip(submodules, modes, strict=True):
            submodule.training = mode
        with torch.no_grad():
            for buffer, (version, value) in zip(buffers, before, strict=True):
                if buffer._version != version:
                    buffer.copy_(value)


@contextmanager
def untouched(target: object, args: Iterable[Any] = (), kwargs: Mapping[str, Any] | None = None) -> Iterator[None]:
    """All three: the block may call ``target(*args, **kwargs)`` and backward, and leaves no trace of it."""
    modules = modules_among(target, args, kwargs)
    with rng_kept(), gradients_kept(modules), buffers_and_modes_kept(modules):
        yield
