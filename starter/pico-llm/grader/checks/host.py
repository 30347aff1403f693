"""The worker's side: answers one request at a time beside the student's code. It never judges; it only reports what happened."""

from __future__ import annotations

import contextlib
import importlib
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from grader.checks import given
from grader.checks.api_rules import guard
from grader.checks.codec import CodecError, Decoder, Encoder
from grader.checks.plan import ApiRules
from grader.checks.probes.registry import PROBES
from grader.checks.stand_ins import refuse_stand_in, stand_ins
from grader.checks.student_error import StudentError

Frame = tuple[dict[str, Any], list[memoryview]]


class Host:
    """One student's code in one process: imports symbols, keeps the objects they return, calls them.

    ``modules`` maps symbol to module (``RMSNorm`` to ``picollm.rmsnorm``); ``root`` is the folder that the package must come from.
    """

    def __init__(self, root: Path, modules: Mapping[str, str], rules: ApiRules) -> None:
        self._root = root.resolve()
        self._modules = modules
        self._probes = dict(PROBES)  # before any student code can reach the registry
        self._objects: dict[int, object] = {}
        self._numbers: dict[int, int] = {}
        self._importing = False
        self._guard = contextlib.ExitStack()
        self._guard.enter_context(guard(rules, self._root))
        self._guard.enter_context(stand_ins(self._root, {module.split(".")[0] for module in modules.values()}))

    def close(self) -> None:
        """Undo what the host changed in the process, for a process that serves another check."""
        self._guard.close()

    def answer(self, request: dict[str, Any], payload: bytearray) -> Frame:
        """The reply to one request: a value, or the exception that the student's code raised, or why the answer cannot cross."""
        if request.get("seed") is not None:
            seed_everything(request["seed"])
        encoder = Encoder(self._refer)
        started = time.process_time()
        self._importing = False
        try:
            reply = self._perform(request, payload, encoder)
        except CodecError as error:
            reply, encoder = {"uncodable": str(error)[:400]}, Encoder(self._refer)
        except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt of student code are answers too
            described = StudentError.of(error, self._root, self._importing)
            reply, encoder = {"raised": vars(described)}, Encoder(self._refer)
        reply["cpu_seconds"] = time.process_time() - started
        return reply, encoder.buffers

    def _perform(self, request: dict[str, Any], payload: bytearray, encoder: Encoder) -> dict[str, Any]:
        operation = request["op"]
        if operation == "import":
            self._symbol(request["name"])
            return {"value": None}
        decoder = Decoder(payload, self._resolve)
        args, kwargs = decoder.decode(request["args"]), decoder.decode(request["kwargs"])
        function = self._probes[request["name"]] if operation == "probe" else self._callable(decoder.decode(request["target"]))
        before = [(where, tensor, _bits(tensor)) for where, tensor in _tensors(args, kwargs)]
        value = function(*args, **kwargs)
        mutated = [where for where, tensor, bits in before if not torch.equal(_bits(tensor), bits)]
        return {"value": encoder.encode(value), "mutated": mutated}

    @staticmethod
    def _callable(target: object) -> Callable[..., object]:
        if not callable(target):
            raise TypeError(f"a {type(target).__name__} object is not callable")
        return target

    def _symbol(self, name: str) -> object:
        module_name = self._modules[name]
        self._importing = True
        module = importlib.import_module(module_name)
        where = getattr(module, "__file__", None)
        if where is None or not Path(where).resolve().is_relative_to(self._root):
            raise ImportError(f"{module_name} was imported from {where}, not from the folder under test, {self._root}")
        if not hasattr(module, name):
            raise AttributeError(f"{module_name} defines no {name}")
        symbol: object = getattr(module, name)
        self._importing = False
        return symbol

    def _resolve(self, tag: str, content: Any) -> object:
        if tag == "symbol":
            return self._symbol(content)
        if tag == "handle":
            return self._objects[content]
        if tag == "method":
            return getattr(self._objects[content[0]], content[1])
        if tag == "given":
            decoder = Decoder(bytearray(), self._resolve)
            return given.build(content[0], decoder.decode(content[1]))
        if tag == "generator":
            return torch.Generator().manual_seed(content)
        raise CodecError(f"unknown tag {tag!r}")

    def _refer(self, value: object) -> dict[str, Any]:
        refuse_stand_in(value)
        number = self._numbers.setdefault(id(value), len(self._numbers) + 1)
        self._objects[number] = value
        return {"handle": [number, type(value).__name__[:80]]}


def seed_everything(seed: int) -> None:
    """Seed torch, numpy and random, the three sources that student code draws from."""
    torch.default_generator.manual_seed(seed)  # torch.manual_seed would also note a stack trace for each absent device
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        torch.cuda.manual_seed_all(seed)
    if torch.backends.mps.is_available():
        torch.mps.manual_seed(seed)
    np.random.seed(seed % 2**32)
    random.seed(seed)


def forget_modules(root: Path) -> None:
    """Drop every module that came from ``root``, so that the next check imports the student's code afresh."""
    for name, module in list(sys.modules.items()):
        where = getattr(module, "__file__", None)
        if where and Path(where).is_relative_to(root):
            del sys.modules[name]


def _bits(tensor: torch.Tensor) -> torch.Tensor:
    plain = tensor.detach().contiguous().reshape(-1)
    return plain.view(torch.uint8).clone() if plain.numel() else torch.empty(0, dtype=torch.uint8)


def _tensors(args: Any, kwargs: Any) -> Iterator[tuple[str, torch.Tensor]]:
    for place, value in [*((f"args[{i}]", item) for i, item in enumerate(args)), *kwargs.items()]:
        yield from _tensors_in(place, value)


def _tensors_in(place: str, value: Any) -> Iterator[tuple[str, torch.Tensor]]:
    if isinstance(value, torch.Tensor):
        yield place, value
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _tensors_in(f"{place}[{index}]", item)
