"""Count what a call costs: FLOPs, dispatched operations, elements written, escapes from PyTorch. One pass, no clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils.flop_counter import flop_registry

from grader.checks.probes.dispatch import OperationWatcher, newly_allocated, tensors_in
from grader.checks.probes.projection import backward_from, first_tensor, projection_for
from grader.checks.probes.untouched import untouched

_ATEN = torch.ops.aten

# Fused attention on a CPU is not in PyTorch's table and would count 0; it costs what the other fused kernels are said to cost.
_SAME_COST_AS = {
    _ATEN._scaled_dot_product_flash_attention_for_cpu: _ATEN._scaled_dot_product_flash_attention,
    _ATEN._scaled_dot_product_flash_attention_for_cpu_backward: _ATEN._scaled_dot_product_flash_attention_backward,
}

_ESCAPE_METHODS = frozenset(
    {
        torch.Tensor.tolist,
        torch.Tensor.numpy,
        torch.Tensor.__array__,
        torch.Tensor.__dlpack__,
        torch.Tensor.storage,
        torch.Tensor.untyped_storage,
    }
)


def _flops(operation: torch._ops.OpOverload, args: Sequence[Any], kwargs: Mapping[str, Any], result: Any) -> int:
    packet = operation.overloadpacket
    formula = flop_registry.get(_SAME_COST_AS.get(packet, packet))
    return 0 if formula is None else int(formula(*args, **kwargs, out_val=result))


class _OperationCounter(OperationWatcher):  # type: ignore[no-untyped-call]
    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.flops = 0
        self.operations = 0
        self.elements = 0
        self.scalar_reads = 0

    def seen(self, operation: torch._ops.OpOverload, args: Sequence[Any], kwargs: Mapping[str, Any], result: Any) -> None:
        self.operations += 1
        self.flops += _flops(operation, args, kwargs, result)
        in_place = operation._schema.is_mutable
        written = tensors_in(result) if in_place else newly_allocated(operation, args, kwargs, result)
        self.elements += sum(tensor.numel() for tensor in written)
        # Every scalar read ends here: .item(), int(t), float(t), bool(t), t as an index.
        self.scalar_reads += operation is _ATEN._local_scalar_dense.default


class _EscapeCounter(TorchFunctionMode):
    """Counts the methods that hand whole tensors to Python or numpy: they dispatch nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.escapes = 0

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.escapes += func in _ESCAPE_METHODS
        return func(*args, **(kwargs or {}))


def count(target: Callable[..., Any], /, *args: Any, backward: bool = False, **kwargs: Any) -> dict[str, Any]:
    """Fields of ``Counts`` for one call of ``target``; with ``backward``, of the call and its backward pass together.

    Numpy work, and arithmetic written as broadcast multiply and sum, costs no FLOPs here: see ``elements`` and ``escapes``.
    """
    with untouched(target, args, kwargs):
        counter, escapes = _OperationCounter(), _EscapeCounter()
        with counter, escapes:
            value = target(*args, **kwargs)
        if backward:
            output = first_tensor(value)
            direction = projection_for(output)
            with counter:
                backward_from(output, direction)
    return {
        "flops": counter.flops,
        "operations": counter.operations,
        "elements": counter.elements,
        "escapes": counter.scalar_reads + escapes.escapes,
        "value": value,
    }
