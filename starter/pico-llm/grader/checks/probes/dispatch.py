"""Watch every tensor operation that PyTorch dispatches while a block runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class OperationWatcher(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Calls ``seen`` after each operation. Composite operations (they arrive whole in inference mode) are taken apart first."""

    def seen(self, operation: torch._ops.OpOverload, args: Sequence[Any], kwargs: Mapping[str, Any], result: Any) -> None:
        """One operation has run; to be overridden."""
        raise NotImplementedError

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        # PyTorch would import its compiler at the first operation, over a second of CPU time, to keep it away from this mode.
        return False

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if not isinstance(func, torch._ops.OpOverload):
            return func(*args, **kwargs)
        with self:
            parts = func.decompose(*args, **kwargs)
        if parts is not NotImplemented:
            return parts
        result = func(*args, **kwargs)
        self.seen(func, args, kwargs, result)
        return result


def tensors_in(values: object) -> Iterator[torch.Tensor]:
    """The dense tensors in nested tuples, lists and dictionaries."""
    for leaf in tree_leaves(values):
        if isinstance(leaf, torch.Tensor) and leaf.layout is torch.strided:
            yield leaf


def storage_key(tensor: torch.Tensor) -> int:
    """Identity of the memory behind a tensor, unique among those alive."""
    return int(tensor.untyped_storage()._cdata)


def newly_allocated(operation: torch._ops.OpOverload, args: Sequence[Any], kwargs: Mapping[str, Any], result: Any) -> list[torch.Tensor]:
    """The results that share no memory with an argument. A literal such as ``torch.tensor([1, 2])`` arrives as ``lift_fresh``."""
    results = list(tensors_in(result))
    if operation is torch.ops.aten.lift_fresh.default:
        return results
    given = {storage_key(tensor) for tensor in tensors_in((list(args), dict(kwargs)))}
    return [tensor for tensor in results if storage_key(tensor) not in given]
