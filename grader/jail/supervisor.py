"""The supervisor of one jail: starts workers, watches them, ends them with everything they started, and says how they ended.

It never runs student code. In a process namespace it is process 1, so that killing "all others" is one call, and the kernel ends everything
should it die itself. It has no signal for the judge's death: it sees the control socket close, and ends the jail.
"""

from __future__ import annotations

import contextlib
import math
import os
import select
import signal
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path

from grader.checks.worker_source import Limits
from grader.jail import syscalls
from grader.jail.birth import Birth
from grader.jail.control import PeerGone, receive_message, send_message
from grader.jail.layers.identity import Identity
from grader.jail.layers.resource_limits import process_allowance
from grader.jail.limits import MIB, OUTPUT_KEPT
from grader.jail.setup import JailSetup
from grader.jail.tiers import Layer
from grader.jail.watch import Watch

_TICK_SECONDS = 0.02
_BIRTH_SECONDS = 10.0
_DYING_SECONDS = 0.5


@dataclass
class _Worker:
    pid: int
    handle: int
    output: int
    limits: Limits
    memory_bound: int
    machine_short_of_memory: int
    printed: bytearray = field(default_factory=bytearray)
    may_print: bool = True
    ended_for: str = ""
    status: int | None = None
    reaped_cpu: float = 0.0
    peak_memory: int = 0


class Supervisor:
    """Answers the judge on ``control`` until it closes."""

    def __init__(self, control: socket.socket, setup: JailSetup, identity: Identity, root: Path) -> None:
        self._control = control
        self._setup = setup
        self._identity = identity
        self._root = root
        self._watch = Watch(setup.proc)
        self._me = self._watch.own_pid()
        self._worker: _Worker | None = None
        self._next_look = 0.0

    def run(self) -> None:
        """Until the judge closes its end or dies. Afterwards nothing of the jail runs."""
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)
        syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)
        try:
            send_message(self._control, {"ready": True})
            while True:
                self._wait()
        except PeerGone:
            pass
        finally:
            self._sweep()

    def _wait(self) -> None:
        waiting = select.poll()
        waiting.register(self._control, select.POLLIN)
        if self._worker and self._worker.may_print:
            waiting.register(self._worker.output, select.POLLIN)
        events = dict(waiting.poll(_TICK_SECONDS * 1000 if self._worker else None))
        if self._worker:
            if self._worker.output in events:
                self._read_output(self._worker)
            if time.monotonic() >= self._next_look:
                self._look(self._worker)
                self._next_look = time.monotonic() + _TICK_SECONDS
        if self._control.fileno() in events:
            self._answer()

    def _answer(self) -> None:
        request, descriptors = receive_message(self._control)
        if request["op"] == "start":
            limits = Limits(**request["limits"])
            send_message(self._control, self._start(limits, descriptors[0]))
        else:
            send_message(self._control, self._stop(request["closed"]))

    def _start(self, limits: Limits, channel: int) -> dict[str, object]:
        self._sweep()
        baseline = self._watch.memory(self._me)
        output, printing = os.pipe()
        ready, telling = os.pipe()
        birth = Birth(self._setup, self._identity, self._root, limits, baseline, process_allowance(self._setup.layers, self._watch))
        pid = os.fork()
        if pid == 0:
            birth.live(channel, printing, telling)
        for descriptor in (channel, printing, telling):
            os.close(descriptor)
        os.set_blocking(output, False)
        problem = _read_report(ready)
        child = self._watch.children(self._me)
        filled = self._watch.memory(child[0]).filled if child else 0
        shortages = self._watch.kernel_ended_for_memory()
        self._worker = _Worker(pid, os.pidfd_open(pid), output, limits, filled + limits.memory_mb * MIB, shortages)
        if problem:
            self._sweep()
            return {"error": problem}
        return {"started": True}

    def _stop(self, closed: bool) -> dict[str, object]:
        worker = self._worker
        if not worker:
            return {"reason": "exited", "code": 0, "output": "", "cpu_seconds": 0.0}
        if closed:  # its end of the channel is closed: it is dying, and how it dies is worth a short wait
            self._await_end(worker)
        self._reap(worker)
        alive = worker.status is None
        self._end_all(worker)
        reason, code = _how_it_ended(worker, alive, self._watch.kernel_ended_for_memory())
        output = bytes(worker.printed).decode(errors="replace")
        self._forget()
        return {"reason": reason, "code": code, "output": output, "cpu_seconds": worker.reaped_cpu}

    def _await_end(self, worker: _Worker) -> None:
        deadline = time.monotonic() + _DYING_SECONDS
        waiting = select.poll()
        waiting.register(worker.handle, select.POLLIN)
        while worker.status is None and time.monotonic() < deadline:
            waiting.poll(_TICK_SECONDS * 1000)
            self._read_output(worker)
            self._look(worker)

    def _look(self, worker: _Worker) -> None:
        """Reap what has ended; end everything when the jail as a whole is over its limits."""
        self._reap(worker)
        if Layer.WATCH not in self._setup.layers:
            return
        usage = self._watch.usage(self._me)
        worker.peak_memory = max(worker.peak_memory, usage.filled)
        if worker.reaped_cpu + usage.cpu_seconds > worker.limits.cpu_seconds:
            self._end_for(worker, "cpu")
        elif usage.filled > worker.memory_bound and self._watch.filled_together(usage.processes) > worker.memory_bound:
            self._end_for(worker, "memory")

    def _end_for(self, worker: _Worker, reason: str) -> None:
        if worker.status is None and not worker.ended_for:
            worker.ended_for = reason
        self._kill()

    def _reap(self, worker: _Worker, wait: bool = False) -> bool:
        """Collect what has ended; False when there is nothing left to wait for."""
        while True:
            try:
                pid, status, used = os.wait4(-1, 0 if wait else os.WNOHANG)
            except ChildProcessError:
                return False
            if pid == 0:
                return True
            worker.reaped_cpu += used.ru_utime + used.ru_stime
            if pid == worker.pid:
                worker.status = status

    def _end_all(self, worker: _Worker) -> None:
        if Layer.SWEEP in self._setup.layers:
            while self._kill():
                # Outside a process namespace a killed process may still have to be found: look again instead of waiting for it.
                self._reap(worker, wait=Layer.PROCESS_NAMESPACE in self._setup.layers)
                time.sleep(0 if Layer.PROCESS_NAMESPACE in self._setup.layers else 0.001)
            self._reap(worker)
        else:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGKILL)
            while worker.status is None:
                self._reap(worker)
        while self._read_output(worker):
            pass

    def _kill(self) -> bool:
        """Send SIGKILL to all that lives in the jail; False when nothing did."""
        if Layer.PROCESS_NAMESPACE in self._setup.layers:
            try:
                os.kill(-1, signal.SIGKILL)
            except ProcessLookupError:
                return False
            return True
        living = self._watch.descendants(self._me)
        for pid in living:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return bool(living)

    def _sweep(self) -> None:
        if self._worker:
            self._end_all(self._worker)
            self._forget()

    def _forget(self) -> None:
        assert self._worker
        os.close(self._worker.handle)
        os.close(self._worker.output)
        self._worker = None

    def _read_output(self, worker: _Worker) -> bool:
        """Take some of what it printed and keep the end; False when there was nothing. A flood must not hold the supervisor: one piece."""
        try:
            piece = os.read(worker.output, 1 << 16)
        except BlockingIOError:
            return False
        worker.printed += piece
        del worker.printed[:-OUTPUT_KEPT]
        worker.may_print = bool(piece)
        return worker.may_print


def _how_it_ended(worker: _Worker, alive: bool, machine_short_of_memory: int) -> tuple[str, int]:
    status = worker.status
    if worker.ended_for:
        return worker.ended_for, 0
    if alive or status is None:
        return "running", 0
    if os.WIFEXITED(status):
        return "exited", os.WEXITSTATUS(status)
    number = os.WTERMSIG(status)
    used_up = worker.reaped_cpu >= math.ceil(worker.limits.cpu_seconds)
    if number in (signal.SIGXCPU, signal.SIGKILL) and used_up:
        return "cpu", number
    if worker.peak_memory > 0.9 * worker.memory_bound:
        return "memory", number
    if number == signal.SIGKILL and machine_short_of_memory > worker.machine_short_of_memory:
        return "lost", number  # the kernel ended it for others' memory
    return "signal", number


def _read_report(ready: int) -> str:
    """What the newborn says before it runs student code: empty when it is confined, else what went wrong."""
    waiting = select.poll()
    waiting.register(ready, select.POLLIN)
    try:
        if not waiting.poll(_BIRTH_SECONDS * 1000):
            return "the worker did not come up in time"
        said = os.read(ready, 4096).decode(errors="replace")
        return "" if said == "ready" else said or "the worker ended before it was confined"
    finally:
        os.close(ready)
