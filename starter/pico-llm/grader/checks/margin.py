"""How near comparisons came to their tolerance: noted by the comparison, read by whoever runs the check, seen by no student code."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

LARGEST = 1e12

_noted: ContextVar[list[float] | None] = ContextVar("noted", default=None)


@contextlib.contextmanager
def noting_margins() -> Iterator[list[float]]:
    """Inside, every comparison adds its largest error in units of its tolerance: at most 1 where it passed."""
    noted: list[float] = []
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)


def note_margin(errors_in_tolerances: float) -> None:
    """Note one comparison; infinite ones count as ``LARGEST``."""
    noted = _noted.get()
    if noted is not None:
        noted.append(min(errors_in_tolerances, LARGEST))
