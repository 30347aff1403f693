"""The benefit of the doubt: a worker that was killed may have been killed by the machine, so the first time that is no crash.

Nothing tells who sent SIGKILL: the kernel short of memory, a person, or the student's code itself. A check that ends so is a grader
fault and runs again; only if it is killed again has the submission done it.
"""

from __future__ import annotations

import signal
from dataclasses import replace

from grader.checks.wire import Channel
from grader.checks.worker_source import Limits, WorkerExit, WorkerSource


class Doubting:
    """A WorkerSource whose killed workers are lost ones."""

    def __init__(self, workers: WorkerSource) -> None:
        self._workers = workers

    def start(self, limits: Limits) -> Channel:
        """A new worker."""
        return self._workers.start(limits)

    def stop(self) -> WorkerExit:
        """How it ended; ``lost`` when it was killed for no reason that is known."""
        ended = self._workers.stop()
        return replace(ended, reason="lost") if (ended.reason, ended.code) == ("signal", signal.SIGKILL) else ended
