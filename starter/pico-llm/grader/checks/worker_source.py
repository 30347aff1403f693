"""The seam between the test's side and wherever student code runs: a fresh worker, a channel to it, and its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from grader.checks.wire import Channel


@dataclass(frozen=True)
class Limits:
    """What one worker (one check) may use.

    Attributes:
        cpu_seconds: CPU time of the worker, all its processes; a backstop, not a measurement.
        wall_seconds: real time for one call, for code that sleeps or waits; ten times the CPU limit unless told otherwise.
        memory_mb: memory above what the worker had before student code ran, in MiB.
    """

    cpu_seconds: float = 5.0
    wall_seconds: float = 50.0
    memory_mb: int = 2048


@dataclass(frozen=True)
class WorkerExit:
    """How a worker ended, as seen from outside.

    Attributes:
        reason: ``"running"`` (it was alive and was ended by us), ``"exited"``, ``"signal"``, ``"cpu"`` (CPU limit), ``"memory"``
            (memory limit) or ``"lost"`` (the machine's or the grader's fault).
        code: exit status or signal number, 0 where there is none.
        output: the end of what it wrote to stdout and stderr, bounded, decoded with replacement.
        cpu_seconds: CPU time used; telemetry.
    """

    reason: str
    code: int = 0
    output: str = ""
    cpu_seconds: float = 0.0


class WorkerSource(Protocol):
    """Gives fresh workers, one at a time. Each has never run student code."""

    def start(self, limits: Limits) -> Channel:
        """A new worker under these limits. Ends the one before, if any. Raises ``WorkerLost`` when the machine cannot."""
        ...

    def stop(self) -> WorkerExit:
        """End the worker and every process it started, and say how it ended."""
        ...


class WorkerLost(Exception):
    """No worker could be had, or it vanished for a reason that is not the submission's: a grader fault, never a score."""
