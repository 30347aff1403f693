"""From fork to student code: a new worker puts every layer on itself, in the order that each still permits the next, and serves."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from py_landlock import RulesetFd

from grader.checks.wire import Channel
from grader.checks.worker_source import Limits
from grader.jail import syscalls
from grader.jail.descriptors import close_all_but
from grader.jail.layers import landlock
from grader.jail.layers.file_tree import SCRATCH
from grader.jail.layers.identity import Identity
from grader.jail.layers.resource_limits import apply_limits
from grader.jail.layers.scratch import mount_scratch
from grader.jail.setup import JailSetup
from grader.jail.tiers import Layer
from grader.jail.watch import MemorySize

_CHANNEL, _READY, _OUT_OF_THE_WAY = 3, 4, 10


@dataclass(frozen=True)
class Birth:
    """All a new worker needs to know.

    ``rules`` are those of Landlock, if it is used; ``baseline`` is the supervisor's memory, which the worker begins with.
    """

    setup: JailSetup
    identity: Identity
    root: Path
    limits: Limits
    rules: RulesetFd | None
    baseline: MemorySize
    processes: int

    def live(self, channel: int, output: int, ready: int) -> NoReturn:
        """The whole life of a worker. Never returns into the supervisor's code."""
        try:
            rules = _arrange_descriptors(channel, output, ready, self.setup.proc, self.rules)
        except BaseException:  # noqa: BLE001  the line to the supervisor closes, which says enough
            os._exit(1)
        try:
            self._confine(rules)
        except BaseException as error:  # noqa: BLE001  told to the supervisor, whatever it is: this is the grader's fault
            os.write(_READY, f"{type(error).__name__}: {error}".encode())
            os._exit(1)
        os.write(_READY, b"ready")
        os.close(_READY)
        status = 0
        try:
            self.setup.serve(Channel(socket.socket(fileno=_CHANNEL)), self.root)
        except SystemExit as request:
            status = request.code if isinstance(request.code, int) else 1
        except BaseException:  # noqa: BLE001  the same: nothing may unwind into the supervisor
            traceback.print_exc()
            status = 1
        finally:
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(Exception):
                    stream.flush()
            os._exit(status & 0xFF)

    def _confine(self, rules: RulesetFd | None) -> None:
        layers = self.setup.layers
        own_tree = Layer.FILE_TREE in layers
        os.setsid()
        if own_tree:
            mount_scratch(self._owner(), Layer.SCRATCH in layers)
        os.chdir(self.root)
        apply_limits(self.limits, self.baseline, self.processes, layers)
        self.identity.assume(layers)
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)  # changing users cleared it; the watch reads this process's memory map
        if Layer.PROCESS_NAMESPACE not in layers:
            syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
        if rules is not None:
            landlock.restrict(rules, SCRATCH if own_tree else None)
            os.close(rules)
        if self.setup.syscall_filter:
            self.setup.syscall_filter.apply()

    def _owner(self) -> int:
        return os.getuid() if self.identity.switch_to is None else self.identity.switch_to


def _arrange_descriptors(channel: int, output: int, ready: int, proc: int, rules: RulesetFd | None) -> RulesetFd | None:
    """Null input, output to the pipe, the channel; until it is confined the line to the supervisor and the rules, which move: returned."""
    with contextlib.suppress(OSError):  # the kernel shall pick a worker first when the machine runs out of memory
        score = os.open("self/oom_score_adj", os.O_WRONLY, dir_fd=proc)
        os.write(score, b"1000")
        os.close(score)
    # Moved out of the way first: any of them may be one of the numbers that they are to have. 0 is the zygote's null device.
    channel, output, ready, proc = (
        fcntl.fcntl(descriptor, fcntl.F_DUPFD, _OUT_OF_THE_WAY) for descriptor in (channel, output, ready, proc)
    )
    if rules is not None:
        rules = RulesetFd(fcntl.fcntl(rules, fcntl.F_DUPFD, _OUT_OF_THE_WAY))
    for source, number in ((output, 1), (output, 2), (channel, _CHANNEL), (ready, _READY)):
        os.dup2(source, number)
    close_all_but([*range(_READY + 1), *([] if rules is None else [rules])], proc)
    return rules
