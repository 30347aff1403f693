"""The ways a worker's life ends a check. None is an ``Exception``: shrinking, retries and ``pytest.raises`` must stop at once."""

from __future__ import annotations

from grader.checks.worker_source import WorkerExit


class WorkerEnded(BaseException):
    """The worker that ran the student's code is gone; ``exit`` says how, as seen from outside."""

    def __init__(self, message: str, exit: WorkerExit) -> None:
        super().__init__(message)
        self.exit = exit


class CheckTimeout(WorkerEnded):
    """The call used up its CPU time or its real time."""


class CheckOutOfMemory(WorkerEnded):
    """The worker went beyond its memory."""


class CheckCrashed(WorkerEnded):
    """The worker ended by itself: exit, abort, segmentation fault, or a reply that is no reply."""
