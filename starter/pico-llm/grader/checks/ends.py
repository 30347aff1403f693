"""The ways a worker's life ends a check. None is an ``Exception``: shrinking, retries and ``pytest.raises`` must stop at once."""

from __future__ import annotations

from typing import Self

from grader.checks.worker_source import WorkerExit


class WorkerEnded(BaseException):
    """The worker that ran the student's code is gone; ``exit`` says how, as seen from outside.

    ``importing``: it happened while the exercise's module was imported, before anything was asked of it.
    """

    def __init__(self, message: str, exit: WorkerExit, importing: bool = False) -> None:
        super().__init__(message)
        self.exit = exit
        self.importing = importing

    def at_import(self, path: str) -> Self:
        """The same end, told as one in the import of this file."""
        advice = 'put what trains or runs below if __name__ == "__main__":'
        return type(self)(f"{self}. This was the import of {path}, before anything was asked of it: {advice}", self.exit, importing=True)


class CheckTimeout(WorkerEnded):
    """The call used up its CPU time or its real time."""


class CheckOutOfMemory(WorkerEnded):
    """The worker went beyond its memory."""


class CheckCrashed(WorkerEnded):
    """The worker ended by itself: exit, abort, segmentation fault, or a reply that is no reply."""
