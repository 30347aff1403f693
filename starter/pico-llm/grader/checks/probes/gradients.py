"""Which parameters and inputs does a gradient reach?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch

from grader.checks.probes.projection import backward_from, first_tensor, projection_for
from grader.checks.probes.untouched import modules_among, untouched


def _as_leaf(value: Any) -> Any:
    if isinstance(value, torch.Tensor) and value.is_floating_point():
        return value.detach().clone().requires_grad_()
    return value


def _row(name: str, tensor: torch.Tensor) -> dict[str, Any]:
    gradient = tensor.grad
    norm = None if gradient is None else float(torch.linalg.vector_norm(gradient.double()))
    finite = gradient is None or bool(torch.isfinite(gradient).all())
    return {"name": name, "shape": tuple(tensor.shape), "norm": norm, "finite": finite}


def _leaves(args: list[Any], kwargs: dict[str, Any]) -> Iterator[tuple[str, torch.Tensor]]:
    named = [(f"args[{index}]", value) for index, value in enumerate(args)] + list(kwargs.items())
    for name, value in named:
        if isinstance(value, torch.Tensor) and value.is_floating_point():
            yield name, value


def gradients(target: Callable[..., Any], /, *args: Any, input_gradients: bool = False, **kwargs: Any) -> list[dict[str, Any]]:
    """Fields of ``ParameterGradient`` for each parameter in the model's own order, then for each floating tensor argument if asked.

    The gradient is that of a fixed random projection of the output (the first item of a tuple), in the mode the model is in.
    Inputs are named ``args[0]`` or by their keyword. A target that is no module has no parameters. Raises TypeError for an
    output without a tensor.
    """
    call_args, call_kwargs = list(args), dict(kwargs)
    if input_gradients:
        call_args = [_as_leaf(value) for value in args]
        call_kwargs = {key: _as_leaf(value) for key, value in kwargs.items()}
    with untouched(target, args, kwargs):
        with torch.enable_grad():
            output = first_tensor(target(*call_args, **call_kwargs))
            backward_from(output, projection_for(output))
        rows = [_row(name, parameter) for module in modules_among(target) for name, parameter in module.named_parameters()]
        if input_gradients:
            rows += [_row(name, tensor) for name, tensor in _leaves(call_args, call_kwargs)]
    return rows
