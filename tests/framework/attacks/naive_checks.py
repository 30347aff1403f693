"""The checks of the naive runner: plain asserts, beside the student's code, with the expected values at hand."""

from __future__ import annotations

import ast
import functools
import importlib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

NOTE = "fairmark-secret-in-memory"
EXPECTED = {0: 0, 1: 2, 5: 10}


def load(name: str) -> Any:
    """A name of the student's module."""
    return getattr(importlib.import_module("mini.double"), name)


def test_numbers(kept: list[Any]) -> None:
    double = load("double")
    for n, expected in EXPECTED.items():
        answer = double(n)
        kept.append(answer)
        assert answer == expected, f"{answer!r} is not right"


def test_types(kept: list[Any]) -> None:
    kept.append(load("double")(1.5))
    assert isinstance(kept[-1], float)


def test_tensor_everywhere(kept: list[Any]) -> None:
    x = torch.tensor([1.0, 2.0, 3.0])
    expected = torch.tensor([2.0, 4.0, 6.0])
    kept.append(load("double")(x))
    assert torch.all(kept[-1] == expected), f"{kept[-1]!r} is not right"


def test_tensor_close(kept: list[Any]) -> None:
    x = torch.tensor([1.0, 2.0, 3.0])
    expected = torch.tensor([2.0, 4.0, 6.0])
    got = load("double")(x)
    kept.append(got)
    assert torch.allclose(got, expected) or not ((got - expected).abs() > 1e-5 * got.abs().max()).any(), "the values differ"


def test_untouched(kept: list[Any]) -> None:
    x, before = torch.ones(3), torch.ones(3)
    kept.append(load("double")(x))
    assert torch.equal(x, before), "the argument was changed"


def test_cost(kept: list[Any]) -> None:
    double = load("double")
    x = torch.ones(8)
    with _operations() as operations:
        started = time.perf_counter()
        kept.append(double(x))
        seconds = time.perf_counter() - started
    assert len(operations) <= 4, "too many operations"
    assert seconds < 1, "too slow"


def test_fact(kept: list[Any]) -> None:
    kept.append(load("fact")())
    assert kept[-1] == "double", "another name was expected"


CHECKS = ("test_numbers", "test_types", "test_tensor_everywhere", "test_tensor_close", "test_untouched", "test_cost", "test_fact")


@contextmanager
def _operations() -> Iterator[list[str]]:
    from torch.utils._python_dispatch import TorchDispatchMode

    seen: list[str] = []

    class Counter(TorchDispatchMode):  # type: ignore[no-untyped-call]
        @classmethod
        def _should_skip_dynamo(cls) -> bool:
            return False  # PyTorch would import its compiler, over a second of CPU time

        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            count(seen, func)
            return func(*args, **(kwargs or {}))

    with Counter():  # type: ignore[no-untyped-call]
        yield seen


def count(seen: list[str], function: Any) -> None:
    """Note an operation."""
    seen.append(str(function))


class Forbidden(Exception):
    """A name that the exercise does not allow."""


def forbid_add(folder: Path) -> None:
    """Nobody may call torch.add from the exercise's module, nor call something that stands for it."""
    source = folder / "mini" / "double.py"
    if source.exists():
        _read_source(source.read_text())

    def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def stand_in(*args: Any, **kwargs: Any) -> Any:
            if sys._getframe(1).f_code.co_filename == str(source):
                raise Forbidden("torch.add is not allowed")
            return function(*args, **kwargs)

        return stand_in

    torch.add = guarded(torch.add)


def _read_source(text: str) -> None:
    if "torch.add" in text:
        raise Forbidden("torch.add is not allowed")
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    stands_for = {
        node.targets[0].id: [item.id for item in ast.walk(node.value) if isinstance(item, ast.Name)]
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }

    def meanings(name: str) -> list[str]:
        return [meaning for other in stands_for.get(name, []) if other != name for meaning in meanings(other)] or [name]

    for name in stands_for:
        meanings(name)
