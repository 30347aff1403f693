"""How far right answers stay below the tolerances, and how far wrong ones go beyond: no verdict hangs on the choice of a tolerance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from grader.checks.outcome import Status
from grader.verify.jailed_mode import Sight


@dataclass(frozen=True)
class Extreme:
    """An error in units of its tolerance, and the specimen and check where it was seen."""

    value: float
    specimen: str
    check: str


def largest_right(sights: Iterable[tuple[str, Sight]]) -> Extreme | None:
    """The largest error of right submissions, by key, in any comparison; None without one."""
    found = [Extreme(seen.margin, key, check) for key, sight in sights for check, seen in sight.items()]
    return max(found, key=lambda item: item.value, default=None)


def smallest_wrong(sights: Iterable[tuple[str, Sight]]) -> Extreme | None:
    """Of each wrong submission the largest error that failed a comparison; of those the smallest. None when none failed."""
    best = []
    for key, sight in sights:
        failed = [
            Extreme(seen.margin, key, check) for check, seen in sight.items() if seen.outcome.status is Status.FAILED and seen.margin > 1
        ]
        if failed:
            best.append(max(failed, key=lambda item: item.value))
    return min(best, key=lambda item: item.value, default=None)
