"""The probes as a test sees them: ``subject.probes.count(model, tokens)``. Runs nothing itself; asks the worker and gives typed answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import torch

from grader.checks.compare import CheckFailure
from grader.checks.probes.results import CachedDecode, Counts, Memory, ModelState, ParameterGradient, ParameterState
from grader.checks.small_text import small_text

Step: TypeAlias = tuple[Any, ...]
Call: TypeAlias = Callable[[str, tuple[Any, ...], dict[str, Any]], Any]


def feed(tokens: torch.Tensor) -> Step:
    """A decoding step: give these new tokens (batch, n) to the model, with the cache."""
    return ("feed", tokens)


def reorder(rows: torch.Tensor | Sequence[int]) -> Step:
    """A decoding step: keep these rows of the cache's batch, in this order, repeats allowed. Crosses as int64."""
    return ("reorder", torch.as_tensor(rows, dtype=torch.int64))


def reset() -> Step:
    """A decoding step: empty the cache."""
    return ("reset",)


class Probes:
    """The closed list of probes. A target is anything of the subject that can be called: a symbol, a handle, a handle's method.

    Random generators, gradients, buffers and modes are left as they were, except by ``randomize_parameters`` and
    ``train_steps``, which change parameters, and ``draws``, ``iterate`` and ``decode_cached``, which call as a test would.
    """

    def __init__(self, call: Call) -> None:
        """``call(name, args, kwargs)`` runs a probe beside the student's code and returns its decoded answer."""
        self._call = call

    def gradients(self, target: Any, *args: Any, input_gradients: bool = False, **kwargs: Any) -> tuple[ParameterGradient, ...]:
        """The gradient of a fixed random projection of the output at each parameter, and at each floating argument if asked."""
        rows = self._call("gradients", (target, *args), {"input_gradients": input_gradients, **kwargs})
        return tuple(ParameterGradient(row["name"], tuple(row["shape"]), _norm(row["norm"]), row["finite"] is True) for row in rows)

    def randomize_parameters(self, model: Any, seed: int = 0, std: float = 0.3) -> None:
        """Draw every floating parameter from N(0, std²) in place; those that are all ones from N(1, std²)."""
        self._call("randomize_parameters", (model,), {"seed": seed, "std": std})

    def cast(self, model: Any, dtype: torch.dtype) -> Any:
        """Handle of a copy of the model in that dtype."""
        return self._call("cast", (model, str(dtype).removeprefix("torch.")), {})

    def count(self, target: Any, *args: Any, backward: bool = False, **kwargs: Any) -> Counts:
        """FLOPs, operations, elements and escapes of one call, with its backward pass if asked, and what it returned."""
        answer = self._call("count", (target, *args), {"backward": backward, **kwargs})
        flops, operations, elements, escapes = (_whole(answer[name]) for name in ("flops", "operations", "elements", "escapes"))
        return Counts(flops, operations, elements, escapes, answer["value"])

    def memory(self, target: Any, *args: Any, backward: bool = False, **kwargs: Any) -> Memory:
        """Bytes of tensors allocated during one call: at the peak, saved for backward, held afterwards."""
        answer = self._call("memory", (target, *args), {"backward": backward, **kwargs})
        return Memory(*(_whole(answer[name]) for name in ("peak_bytes", "saved_bytes", "held_bytes")))

    def draws(self, target: Any, *args: Any, n: int, **kwargs: Any) -> torch.Tensor:
        """``n`` results of the call, stacked (n, ...) int64, from one stream of random numbers."""
        drawn = self._call("draws", (target, *args), {"n": n, **kwargs})
        assert isinstance(drawn, torch.Tensor)
        return drawn

    def decode_cached(self, model: Any, cache: Any, steps: Sequence[Step]) -> CachedDecode:
        """Run ``feed``, ``reorder`` and ``reset`` steps: logits of each feed, the cache's length after every step."""
        answer = self._call("decode_cached", (model, cache, list(steps)), {})
        return CachedDecode(tuple(answer["logits"]), tuple(_whole(length) for length in answer["lengths"]))

    def train_steps(self, model: Any, batches: Sequence[torch.Tensor], lr: float = 1e-2) -> tuple[float, ...]:
        """Losses before each AdamW step on next-token cross entropy, one step per batch of tokens (batch, seq)."""
        return tuple(_number(loss) for loss in self._call("train_steps", (model, list(batches)), {"lr": lr}))

    def state(self, model: Any) -> ModelState:
        """Mode, random generators, parameters and buffers of a model, comparable with ``==``."""
        answer = self._call("state", (model,), {})
        return ModelState(answer["training"], answer["rng_digest"], _states(answer["parameters"]), _states(answer["buffers"]))

    def iterate(self, iterable: Any, at_most: int) -> list[Any]:
        """The first values of an iterable handle."""
        return list(self._call("iterate", (iterable, at_most), {}))


def _whole(value: object) -> int:
    """A count as it must be. The worker tells it, beside student code, and may lie; but not in kind."""
    if type(value) is not int or value < 0:
        raise CheckFailure(f"a count is a whole number, and this one is {small_text(value)}")
    return value


def _number(value: object) -> float:
    if type(value) is not float:
        raise CheckFailure(f"a loss is a number, and this one is {small_text(value)}")
    return value


def _norm(value: object) -> float | None:
    return None if value is None else _number(value)


def _states(rows: Sequence[dict[str, Any]]) -> tuple[ParameterState, ...]:
    return tuple(ParameterState(**{**row, "shape": tuple(row["shape"])}) for row in rows)
