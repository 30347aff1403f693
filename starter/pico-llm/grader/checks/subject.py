"""The test's side: an object that looks like the student's package and sends every call to a worker.

The worker may be hostile. A reply is a value or the description of an exception, decoded by rules that trust nothing; whether the value is
right is decided by the test, on this side.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch

from grader.checks.call_text import call_text
from grader.checks.codec import CodecError, Decoder, Encoder
from grader.checks.ends import CheckCrashed, CheckOutOfMemory, CheckTimeout, WorkerEnded
from grader.checks.given import GivenModel
from grader.checks.limit_text import cpu_text, memory_text, wall_text
from grader.checks.plan import ApiRules
from grader.checks.probes.client import Probes
from grader.checks.references import HandleId, MethodName, SymbolName
from grader.checks.student_error import StudentError, printable
from grader.checks.wire import CallTimeout, Channel, ChannelClosed, ProtocolError
from grader.checks.worker_source import Limits, WorkerExit, WorkerLost, WorkerSource


@dataclass(frozen=True)
class LastCall:
    """Facts about the call before: which tensor arguments it changed in place, and its CPU time (the worker's own word)."""

    mutated: tuple[str, ...] = ()
    cpu_seconds: float = 0.0


class Symbol:
    """A name of the student's package: call it."""

    def __init__(self, subject: Subject, name: SymbolName) -> None:
        self._subject = subject
        self.reference = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._subject.call(self, args, kwargs)

    def __repr__(self) -> str:
        return self.reference.name


class Handle:
    """An object in the worker: call it, call a named method of it, pass it back. Nothing else; it dies with its worker."""

    def __init__(self, subject: Subject, reference: HandleId) -> None:
        self._subject = subject
        self.reference = reference

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._subject.call(self, args, kwargs)

    def __getattr__(self, name: str) -> Method:
        if name.startswith("_"):
            raise AttributeError(f"a handle offers public methods only, not {name!r}")
        return Method(self._subject, MethodName(self.reference, name))

    def __repr__(self) -> str:
        return f"<{self.reference.kind}>"


class Method:
    """A method of an object in the worker: call it, or hand it to a probe."""

    def __init__(self, subject: Subject, reference: MethodName) -> None:
        self._subject = subject
        self.reference = reference

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._subject.call(self, args, kwargs)

    def __repr__(self) -> str:
        return f"<{self.reference.handle.kind}>.{self.reference.name}"


class Subject:
    """The code under test. ``subject.RMSNorm(8)`` imports the one module that the plan names for the symbol, and calls it.

    One subject lives as long as one check. ``seed`` and ``check`` fix the random streams of the worker.
    """

    def __init__(self, source: WorkerSource, modules: Mapping[str, str], rules: ApiRules, limits: Limits, *, seed: int, check: str) -> None:
        self.probes = Probes(self._probe)
        self.last = LastCall()
        self._source = source
        self._modules = modules
        self._limits = limits
        self._seed = derive_seed(seed, check)
        self._imported: set[str] = set()
        self._ended: BaseException | None = None
        self._number = 0
        self._answered = False
        self._channel: Channel = source.start(limits)
        self._patience = limits.wall_seconds
        self._exchange({"op": "hello", "modules": dict(modules), "rules": asdict(rules)}, [])
        self._next_seed: int | None = self._seed

    def __getattr__(self, name: str) -> Symbol:
        if name.startswith("_") or name not in self._modules:
            raise AttributeError(f"course.toml declares no symbol {name!r}; there are: {', '.join(sorted(self._modules))}")
        return Symbol(self, SymbolName(name))

    def call(
        self,
        target: Symbol | Handle | Method,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        seed: int | None = None,
    ) -> Any:
        """Call ``target`` in the worker. ``seed`` reseeds its random sources first.

        Raises what the student's code raises; of an end in this call, ``student_call`` says which it was.
        """
        if isinstance(target, Symbol):
            self._import(target.reference.name)
        given = dict(kwargs or {})
        with _noting(target, args, given):
            return self._perform("call", args, given, seed, target=target)

    def make(self, model: GivenModel) -> Handle:
        """A handle on a given model that lives in the worker, so that its own record can be read afterwards (``handle.calls()``)."""
        handle: Handle = self._probe("identity", (model,), {})
        return handle

    def reseed(self, example: int) -> None:
        """Give the next call the random stream of this example number."""
        self._next_seed = derive_seed(self._seed, str(example))

    @property
    def answered(self) -> bool:
        """True once the student's code has returned anything: from then on, what the test stumbles over is its answer."""
        return self._answered

    def close(self) -> WorkerExit:
        """End the worker; idempotent through the source."""
        self._channel.close()
        return self._source.stop()

    def _probe(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        for value in args:
            if isinstance(value, Symbol):
                self._import(value.reference.name)
        with _noting(args[0], args[1:], {}):
            return self._perform("probe", args, kwargs, None, name=name)

    def _import(self, name: str) -> None:
        if name not in self._imported:
            self._value(*self._exchange({"op": "import", "name": name, "seed": self._take_seed(None)}, []))
            self._imported.add(name)

    def _perform(
        self, operation: str, args: tuple[Any, ...], kwargs: dict[str, Any], seed: int | None, *, name: str = "", target: object = None
    ) -> Any:
        encoder = Encoder(_refer)
        request: dict[str, Any] = {"op": operation, "args": encoder.encode(list(args)), "kwargs": encoder.encode(kwargs)}
        request |= {"name": name} if operation == "probe" else {"target": encoder.encode(target)}
        request["seed"] = self._take_seed(seed)
        return self._value(*self._exchange(request, encoder.buffers))

    def _take_seed(self, seed: int | None) -> int | None:
        wanted, self._next_seed = (seed if seed is not None else self._next_seed), None
        return wanted

    def _exchange(self, request: dict[str, Any], buffers: list[memoryview]) -> tuple[dict[str, Any], bytearray]:
        if self._ended:
            raise self._ended
        self._number += 1
        # Only waiting for the worker counts: what the check itself computes in between is not the student's.
        deadline = time.monotonic() + self._patience
        try:
            self._channel.send({"id": self._number, **request}, buffers, timeout=deadline - time.monotonic())
            reply, payload = self._channel.receive(timeout=deadline - time.monotonic())
            self._patience = deadline - time.monotonic()
            if reply.get("id") != self._number:
                raise ProtocolError(f"a reply to {str(reply.get('id'))[:40]!r}, not to {self._number}")
        except (CallTimeout, ChannelClosed, ProtocolError) as cause:
            self._ended = self._end(cause)
            raise self._ended from None
        return reply, payload

    def _end(self, cause: BaseException) -> BaseException:
        """What to raise now that no reply will come: decided by how the worker ended, as seen from outside."""
        # A worker that closed its channel is usually about to be gone: its exit says why.
        ended = self._source.stop()
        if isinstance(cause, CallTimeout):
            return CheckTimeout(f"{wall_text(self._limits)}: it waits or loops", ended)
        if ended.reason == "lost":
            return WorkerLost("the worker vanished for a reason that is not the submission's")
        if ended.reason == "cpu":
            return CheckTimeout(f"{cpu_text(self._limits)}: it loops, or does far too much work", ended)
        if ended.reason == "memory":
            return CheckOutOfMemory(f"stopped: {memory_text(self._limits)}", ended)
        if ended.reason == "signal":
            return CheckCrashed(f"the interpreter was ended by signal {ended.code}", ended)
        if isinstance(cause, ProtocolError):
            return CheckCrashed(f"the worker sent what no call returns: {cause}", ended)
        return CheckCrashed(f"the interpreter ended by itself with exit status {ended.code}", ended)

    def _value(self, reply: dict[str, Any], payload: bytearray) -> Any:
        try:
            if "raised" in reply:
                described = StudentError.from_json(reply["raised"])
            elif "uncodable" in reply:
                described = StudentError("TypeError", "TypeError", f"the result cannot be used: {str(reply['uncodable'])[:400]}")
            else:
                mutated = tuple(str(where)[:80] for where in reply.get("mutated", ()))
                self._answered = True
                self.last = LastCall(mutated, float(reply.get("cpu_seconds", 0.0)))
                return Decoder(payload, self._resolve).decode(reply["value"])
        except (CodecError, KeyError, TypeError, ValueError, AttributeError, MemoryError) as error:
            self._ended = CheckCrashed(f"the worker sent what no call returns: {str(error)[:200]}", self._source.stop())
            raise self._ended from None
        raise described.exception()

    def _resolve(self, tag: str, content: Any) -> Handle:
        number, kind = content
        if tag != "handle" or type(number) is not int or not isinstance(kind, str):
            raise CodecError(f"{tag[:20]!r} is not something a worker may send")
        return Handle(self, HandleId(number, printable(kind[:80])))


@contextlib.contextmanager
def _noting(target: object, args: Sequence[object], kwargs: Mapping[str, object]) -> Iterator[None]:
    """Whatever the student's code ends with here carries the call as ``student_call``."""
    try:
        yield
    except (Exception, WorkerEnded) as error:
        if not hasattr(error, "student_call"):
            error.student_call = call_text(target, args, kwargs)  # type: ignore[union-attr]
        raise


def _refer(value: object) -> dict[str, Any]:
    if isinstance(value, (Symbol, Handle, Method)):
        return _refer(value.reference)
    if isinstance(value, SymbolName):
        return {"symbol": value.name}
    if isinstance(value, HandleId):
        return {"handle": value.number}
    if isinstance(value, MethodName):
        return {"method": [value.handle.number, value.name]}
    if isinstance(value, GivenModel):
        return {"given": [value.name, Encoder(_refer).encode(dict(value.arguments))]}
    if isinstance(value, torch.Generator):
        return {"generator": value.initial_seed()}
    raise CodecError(f"a test cannot send a {type(value).__name__}")


def derive_seed(*parts: int | str) -> int:
    """A 63-bit seed from parts; any change of any part gives another."""
    digest = hashlib.sha256("\0".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "little") >> 1
