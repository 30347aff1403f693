"""Finds out which layers work here, by trying each in a child; ``python -m grader.jail.probe`` prints the outcome as JSON.

Run in a small process of its own, before torch is loaded and before any student code exists.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from py_landlock import LandlockError

from grader.checks.wire import Channel
from grader.checks.worker_source import Limits, WorkerLost
from grader.jail import syscalls
from grader.jail.control import control_pair
from grader.jail.jail import open_jail
from grader.jail.layers import landlock, namespaces
from grader.jail.layers.identity import take_identity
from grader.jail.layers.syscall_filter import SyscallFilter
from grader.jail.layers.visible import Visible
from grader.jail.setup import prepare_setup
from grader.jail.tiers import NAMESPACES, Layer, TierReport, report_on
from grader.jail.workers import JailedWorkers

_TRY_SECONDS = 10.0
_CONFINING = frozenset({Layer.LANDLOCK, Layer.LANDLOCK_SCOPE, Layer.SYSCALL_FILTER, Layer.SIGNAL_FILTER, Layer.DEDICATED_USER})


def available_tier() -> TierReport:
    """The best isolation this machine offers. Takes a tenth of a second or two; starts a process, changes nothing."""
    environment = {"PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-s", "-P", "-m", "grader.jail.probe"]
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, timeout=120)
    return TierReport(**json.loads(done.stdout))


def probe() -> tuple[frozenset[Layer], dict[Layer, str]]:
    """Layers that work, and the reason for each that does not."""
    for load in (landlock.prepare, lambda: SyscallFilter(signals_to_itself_only=True, own_files=False)):
        with contextlib.suppress(ImportError, OSError, RuntimeError, LandlockError):
            load()  # once, so that not each child has to look for shared libraries
    missing = {layer: reason for layer, attempt in _attempts().items() if (reason := _try(attempt))}
    if Layer.SYSCALL_FILTER in missing:
        missing[Layer.SIGNAL_FILTER] = "it is part of the system call filter"
    layers = frozenset(Layer) - missing.keys()
    if os.geteuid() != 0:
        layers -= {Layer.DEDICATED_USER}
        missing.pop(Layer.DEDICATED_USER, None)
    if layers >= NAMESPACES:
        reason = _rehearse(layers)
        if not reason:
            return layers, missing
        missing.update(dict.fromkeys(NAMESPACES, f"a whole jail failed: {reason}"))
    else:
        without = ", ".join(sorted(NAMESPACES - layers))
        missing.update(dict.fromkeys(NAMESPACES & layers, f"of use only together with: {without}"))
    layers -= NAMESPACES
    reason = _rehearse(layers)
    if reason:
        confining = _CONFINING & layers
        missing.update(dict.fromkeys(confining, f"a worker confined by it failed: {reason}"))
        layers -= confining
    return layers, missing


def _attempts() -> dict[Layer, Callable[[], None]]:
    namespace_layers = NAMESPACES - {Layer.SCRATCH, Layer.NO_CAPABILITIES}
    attempts: dict[Layer, Callable[[], None]] = {layer: _namespace_attempt(layer) for layer in sorted(namespace_layers)}
    attempts[Layer.SYSCALL_FILTER] = _try_filter
    attempts[Layer.LANDLOCK] = _try_landlock
    attempts[Layer.LANDLOCK_SCOPE] = _try_landlock_scope
    attempts[Layer.WATCH] = _try_watch
    if os.geteuid() == 0:
        attempts[Layer.DEDICATED_USER] = _try_user
    return attempts


def _namespace_attempt(layer: Layer) -> Callable[[], None]:
    return lambda: namespaces.enter(frozenset({Layer.USER_NAMESPACE, layer}), with_files=True)


def _try_filter() -> None:
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    SyscallFilter(signals_to_itself_only=True, own_files=False).apply()
    try:
        socket.socket().close()
    except PermissionError:
        return
    raise OSError("the filter was accepted and does not filter")


def _try_landlock() -> None:
    _restrict_to_nothing()
    try:
        Path(__file__).read_bytes()
    except PermissionError:
        return
    raise OSError("the rules were accepted and do not hold")


def _try_landlock_scope() -> None:
    _restrict_to_nothing()
    try:
        os.kill(os.getppid(), 0)
    except PermissionError:
        return
    raise OSError("this kernel's Landlock does not keep signals inside (needs Linux 6.12)")


def _restrict_to_nothing() -> None:
    rules = landlock.make_rules(Visible((), (), None, (), (), ()), Path("/dev/null"), scoped=True)
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    landlock.restrict(rules, None)


def _try_watch() -> None:
    Path(f"/proc/self/task/{os.getpid()}/children").read_bytes()


def _try_user() -> None:
    identity = take_identity(frozenset({Layer.DEDICATED_USER}))
    identity.assume(frozenset())


def _rehearse(layers: frozenset[Layer]) -> str:
    """Whether a jail with these layers works: empty if it does. Tried twice: a passing fault of the machine must not cost a tier."""
    return _rehearse_once(layers) and _rehearse_once(layers)


def _rehearse_once(layers: frozenset[Layer]) -> str:
    """Open a jail, run a worker that imports something late and answers."""
    setup = prepare_setup(layers, _answer_once)
    try:
        with tempfile.TemporaryDirectory(prefix="fairmark-") as folder:
            here, there = control_pair()
            with there:
                open_jail(setup, there, Path(folder))
            with JailedWorkers(here) as workers:
                channel = workers.start(Limits())
                answer, _ = channel.receive(timeout=_TRY_SECONDS)
                channel.close()
                workers.stop()
        return str(answer["problem"])
    except (OSError, WorkerLost, RuntimeError) as error:
        return str(error)
    finally:
        os.close(setup.proc)


def _answer_once(channel: Channel, _root: Path) -> None:
    problem = ""
    try:
        import tabnanny  # noqa: F401  any module of the library that is not loaded yet
    except ImportError as error:
        problem = f"the interpreter's library cannot be read inside ({error}); is it in a folder that others may not enter?"
    channel.send({"problem": problem})


def _try(attempt: Callable[[], None]) -> str:
    """Run it in a child; the error it ended with, or nothing."""
    said, saying = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            attempt()
        except BaseException as error:  # noqa: BLE001  a fork must not return; the parent is told
            os.write(saying, f"{type(error).__name__}: {error}".encode()[:1000])
        finally:
            os._exit(0)
    os.close(saying)
    waiting = select.poll()
    waiting.register(said, select.POLLIN)
    ended = waiting.poll(_TRY_SECONDS * 1000)
    if not ended:
        os.kill(pid, signal.SIGKILL)
    reason = os.read(said, 1000).decode() if ended else "the attempt hung"
    os.close(said)
    os.waitpid(pid, 0)
    return reason


if __name__ == "__main__":
    found, not_found = probe()
    print(json.dumps(asdict(report_on(found, not_found, os.geteuid() == 0))))
