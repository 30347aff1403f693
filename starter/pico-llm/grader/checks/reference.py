"""The reference solution, measured through the same kind of worker as the submission: what bounds are ratios of."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from types import FunctionType
from typing import Any

from grader.checks.subject import Subject


class Reference:
    """Gives a check what the reference does, for hidden checks only.

    ``store`` outlives the check: what the reference does is the same for every submission of a run, so it is measured once.
    """

    def __init__(self, open_subject: Callable[[], Subject], store: MutableMapping[tuple[str, str], Any], check: str) -> None:
        self._open_subject = open_subject
        self._store = store
        self._check = check

    def once(self, measure: FunctionType) -> Any:
        """``measure(reference_subject)``: a value, computed once for this check and kept."""
        key = (self._check, f"{measure.__qualname__}:{measure.__code__.co_firstlineno}")
        if key not in self._store:
            subject = self._open_subject()
            try:
                self._store[key] = measure(subject)
            finally:
                subject.close()
        return self._store[key]
