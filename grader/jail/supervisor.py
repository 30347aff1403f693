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
from grader.jail.layers.landlock import make_rules
from grader.jail.layers.resource_limits import process_allowance
from grader.jail.limits import MIB, OUTPUT_KEPT
from grader.jail.setup import JailSetup
from grader.jail.sweep import Descendants, Ended
from grader.jail.tiers import Layer
from grader.jail.watch import Watch

_TICK_SECONDS = 0.02
_BIRTH_SECONDS = 10.0
_DYING_SECONDS = 0.5


@dataclass
class _Worker:
    """The worker that runs now. ``handle``: its pidfd; ``output``: our end of what it prints; ``memory_bound``: bytes with baseline."""

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

    def note(self, ended: list[Ended]) -> None:
        """Processes of its tree, itself perhaps among them, have ended."""
        self.reaped_cpu += sum(process.cpu_seconds for process in ended)
        for process in ended:
            if process.pid == self.pid:
                self.status = process.status

    def read_output(self) -> bool:
        """Take some of what it printed and keep the end; False when there was nothing. A flood must not hold the supervisor: one piece."""
        try:
            piece = os.read(self.output, 1 << 16)
        except BlockingIOError:
            return False
        self.printed += piece
        del self.printed[:-OUTPUT_KEPT]
        self.may_print = bool(piece)
        return self.may_print


class Supervisor:
    """Answers the judge on ``control`` until it closes."""

    def __init__(self, control: socket.socket, setup: JailSetup, identity: Identity, root: Path) -> None:
        self._control = control
        self._setup = setup
        self._identity = identity
        self._root = root
        self._watch = Watch(setup.proc)
        self._me = self._watch.own_pid()
        self._descendants = Descendants(self._watch, Layer.PROCESS_NAMESPACE in setup.layers)
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
            self._descendants.end_all()

    def _wait(self) -> None:
        waiting = select.poll()
        waiting.register(self._control, select.POLLIN)
        worker = self._worker
        if worker and worker.may_print:
            waiting.register(worker.output, select.POLLIN)
        events = dict(waiting.poll(_TICK_SECONDS * 1000 if worker else None))
        if worker:
            if worker.output in events:
                worker.read_output()
            if time.monotonic() >= self._next_look:
                self._look(worker)
                self._next_look = time.monotonic() + _TICK_SECONDS
        if self._control.fileno() in events:
            self._answer()

    def _answer(self) -> None:
        request, descriptors = receive_message(self._control)
        if request["op"] == "start":
            send_message(self._control, self._start(Limits(**request["limits"]), descriptors[0]))
        else:
            send_message(self._control, self._stop(request["closed"]))

    def _start(self, limits: Limits, channel: int) -> dict[str, object]:
        assert not self._worker, "the judge stops one worker before it starts the next"
        baseline = self._watch.memory(self._me)
        output, printing = os.pipe()
        ready, telling = os.pipe()
        layers = self._setup.layers
        rules = make_rules(self._setup.visible, self._root, Layer.LANDLOCK_SCOPE in layers) if Layer.LANDLOCK in layers else None
        birth = Birth(self._setup, self._identity, self._root, limits, rules, baseline, process_allowance(layers, self._watch))
        pid = os.fork()
        if pid == 0:
            birth.live(channel, printing, telling)
        for descriptor in (channel, printing, telling, *([] if rules is None else [rules])):
            os.close(descriptor)
        os.set_blocking(output, False)
        problem = _read_report(ready)
        if problem:
            os.close(output)
            self._descendants.end_all()
            return {"error": problem}
        # It waits for its first request: what it fills now is what it shares with the zygote.
        baseline_filled = self._watch.usage(self._me).filled
        bound = baseline_filled + limits.memory_mb * MIB
        self._worker = _Worker(pid, os.pidfd_open(pid), output, limits, bound, self._watch.kernel_ended_for_memory())
        return {"started": True}

    def _stop(self, closed: bool) -> dict[str, object]:
        worker = self._worker
        assert worker, "the judge stops only what it has started"
        if closed:  # its end of the channel is closed: it is dying, and how it dies is worth a short wait
            self._await_end(worker)
        worker.note(self._descendants.collect())
        alive = worker.status is None
        if Layer.SWEEP in self._setup.layers:
            worker.note(self._descendants.end_all())
        else:
            self._end_only(worker)
        while worker.read_output():
            pass
        reason, code = _how_it_ended(worker, alive, self._watch.kernel_ended_for_memory())
        os.close(worker.handle)
        os.close(worker.output)
        self._worker = None
        output = bytes(worker.printed).decode(errors="replace")
        return {"reason": reason, "code": code, "output": output, "cpu_seconds": worker.reaped_cpu}

    def _await_end(self, worker: _Worker) -> None:
        deadline = time.monotonic() + _DYING_SECONDS
        waiting = select.poll()
        waiting.register(worker.handle, select.POLLIN)
        while worker.status is None and time.monotonic() < deadline:
            waiting.poll(_TICK_SECONDS * 1000)
            worker.read_output()
            self._look(worker)

    def _end_only(self, worker: _Worker) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker.pid, signal.SIGKILL)
        while worker.status is None:
            worker.note(self._descendants.collect())

    def _look(self, worker: _Worker) -> None:
        """Collect what has ended; end everything when the jail as a whole is over its limits."""
        worker.note(self._descendants.collect())
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
        self._descendants.kill()


def _how_it_ended(worker: _Worker, alive: bool, machine_short_of_memory: int) -> tuple[str, int]:
    status = worker.status
    if worker.ended_for:
        return worker.ended_for, 0
    if alive or status is None:
        return "running", 0
    if os.WIFEXITED(status):
        return "exited", os.WEXITSTATUS(status)
    number = os.WTERMSIG(status)
    # The kernel counts in ticks: it may send the signal a little before the accounts show the whole limit.
    if number == signal.SIGXCPU or (number == signal.SIGKILL and worker.reaped_cpu >= math.ceil(worker.limits.cpu_seconds)):
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
