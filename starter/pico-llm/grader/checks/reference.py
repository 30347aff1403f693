"""The reference solution, measured through the same kind of worker as the submission: what bounds are ratios of."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from types import FunctionType
from typing import Any

from grader.checks.ends import WorkerEnded
from grader.checks.subject import Subject
from grader.checks.worker_source import WorkerLost


class Reference:
    """Gives a check what the reference does, for hidden checks only.

    ``store`` outlives the check: what the reference does is the same for every submission of a run, so it is measured once.
    """

    def __init__(self, open_subject: Callable[[], Subject], store: MutableMapping[tuple[str, str], Any], check: str) -> None:
        self._open_subject = open_subject
        self._store = store
        self._check = check

    def once(self, measure: FunctionType) -> Any:
        """``measure(reference_subject)``: a value, computed once for this check and kept.

        Raises WorkerLost however the reference fails: that is never the submission's doing.
        """
        key = (self._check, f"{measure.__qualname__}:{measure.__code__.co_firstlineno}")
        if key not in self._store:
            try:
                self._store[key] = self._measured(measure)
            except (Exception, WorkerEnded) as error:  # noqa: BLE001  whatever it is
                raise WorkerLost(f"the reference failed: {type(error).__name__}: {error}") from None
        return self._store[key]

    def _measured(self, measure: FunctionType) -> Any:
        subject = self._open_subject()
        try:
            return measure(subject)
        finally:
            subject.close()
