"""Ends everything that a supervisor's workers have started, and collects what it used.

In a process namespace the supervisor is process 1 and one call reaches all others. Elsewhere it walks its descendants: as a "subreaper" it
inherits every orphan, so when it has no child left, nothing is left. The kernel's list of children may miss some while others end,
which is why the walk is repeated until waiting says that there are none.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from dataclasses import dataclass

from grader.jail.watch import Watch

_PAUSE_SECONDS = 0.001


@dataclass(frozen=True)
class Ended:
    """A process that has ended: its id, wait status, and the CPU seconds of it and of those it waited for."""

    pid: int
    status: int
    cpu_seconds: float


class Descendants:
    """All processes below this one."""

    def __init__(self, watch: Watch, in_process_namespace: bool) -> None:
        self._watch = watch
        self._me = watch.own_pid()
        self._in_process_namespace = in_process_namespace

    def kill(self) -> None:
        """Send SIGKILL to all of them; those killed are still to be collected."""
        if self._in_process_namespace:
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
            return
        for pid in self._watch.descendants(self._me):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def collect(self) -> list[Ended]:
        """Those that have ended since the last time."""
        return self._collect(os.WNOHANG)[0]

    def end_all(self) -> list[Ended]:
        """Kill and collect until there is none."""
        ended: list[Ended] = []
        while True:
            self.kill()
            more, any_left = self._collect(0 if self._in_process_namespace else os.WNOHANG)
            ended += more
            if not any_left:
                return ended
            time.sleep(_PAUSE_SECONDS)

    def _collect(self, flags: int) -> tuple[list[Ended], bool]:
        ended: list[Ended] = []
        while True:
            try:
                pid, status, used = os.wait4(-1, flags)
            except ChildProcessError:
                return ended, False
            if pid == 0:
                return ended, True
            ended.append(Ended(pid, status, used.ru_utime + used.ru_stime))
