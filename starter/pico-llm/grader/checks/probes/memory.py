"""Measure the tensors a call allocates: at the peak, saved for backward, and held afterwards. Bytes of storages, not of the process."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch.autograd.graph import saved_tensors_hooks

from grader.checks.probes.dispatch import OperationWatcher, newly_allocated, storage_key, tensors_in
from grader.checks.probes.projection import backward_from, first_tensor, projection_for
from grader.checks.probes.untouched import untouched


class _StorageTracker(OperationWatcher):  # type: ignore[no-untyped-call]
    """Follows every storage allocated while it is active, until it is freed. Scratch space inside a kernel is not seen."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._alive: dict[int, tuple[weakref.ref[torch.UntypedStorage], int]] = {}
        self._saved: set[int] = set()
        self.alive_bytes = 0
        self.peak_bytes = 0
        self.saved_bytes = 0

    def seen(self, operation: torch._ops.OpOverload, args: Sequence[Any], kwargs: Mapping[str, Any], result: Any) -> None:
        for tensor in newly_allocated(operation, args, kwargs, result):
            self._follow(tensor)
        if operation._schema.is_mutable:
            self._resize(tensors_in((list(args), dict(kwargs))))
        self.peak_bytes = max(self.peak_bytes, self.alive_bytes)

    def saved(self, tensor: torch.Tensor) -> torch.Tensor:
        """A tensor is kept for backward: count its storage once, if this call allocated it."""
        key = storage_key(tensor)
        if key in self._alive and key not in self._saved:
            self._saved.add(key)
            self.saved_bytes += self._alive[key][1]
        return tensor

    def _follow(self, tensor: torch.Tensor) -> None:
        key, storage = storage_key(tensor), tensor.untyped_storage()
        if key not in self._alive:
            self._alive[key] = (weakref.ref(storage, lambda _: self._forget(key)), storage.nbytes())
            self.alive_bytes += storage.nbytes()

    def _resize(self, tensors: Iterator[torch.Tensor]) -> None:
        for tensor in tensors:
            key, size = storage_key(tensor), tensor.untyped_storage().nbytes()
            if key in self._alive and self._alive[key][1] != size:
                reference, before = self._alive[key]
                self._alive[key] = (reference, size)
                self.alive_bytes += size - before

    def _forget(self, key: int) -> None:
        self.alive_bytes -= self._alive.pop(key)[1]
        self._saved.discard(key)


@contextmanager
def _collected_afterwards() -> Iterator[None]:
    """Free cycles once, after the block, and not within it: when a cycle is freed must not depend on what ran before.

    Objects from before are set aside: looking through all of torch's would take a fifth of a second.
    """
    enabled = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.collect()
        gc.unfreeze()
        if enabled:
            gc.enable()


def memory(target: Callable[..., Any], /, *args: Any, backward: bool = False, **kwargs: Any) -> dict[str, int]:
    """Fields of ``Memory`` for one call of ``target``; with ``backward``, the peak is that of call and backward pass together."""
    tracker = _StorageTracker()
    with _collected_afterwards(), untouched(target, args, kwargs):
        with saved_tensors_hooks(tracker.saved, lambda tensor: tensor), tracker:
            value = target(*args, **kwargs)
        if backward:
            output = first_tensor(value)
            direction = projection_for(output)
            with tracker:
                backward_from(output, direction)
            del output
        del value
    return {"peak_bytes": tracker.peak_bytes, "saved_bytes": tracker.saved_bytes, "held_bytes": tracker.alive_bytes}
