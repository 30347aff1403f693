"""The chance that the suite fails a right submission by bad luck, or misses a wrong one: computed, and held against the markers."""

from __future__ import annotations

import importlib.util
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.checks.marker import CheckInfo

CLASS_SIZE = 1000
MOST_FALSE_ALARMS = 1e-6
LEAST_POWER = 1 - 1e-6


@dataclass(frozen=True)
class RandomCheck:
    """What a random check states of itself.

    Attributes:
        check: its id.
        test: the statistical test, in words.
        samples: draws, or runs, that it looks at.
        alpha: computed bound of the chance that it fails a right submission.
        power: misconception -> computed lower bound of the chance that it catches it.
    """

    check: str
    test: str
    samples: int
    alpha: float
    power: Mapping[str, float]


def load_random_checks(folder: Path) -> tuple[RandomCheck, ...]:
    """The statements of every ``<exercise>.py`` in ``folder``, each of which defines ``random_checks()``."""
    found: list[RandomCheck] = []
    for path in sorted(folder.glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"budget_{path.stem}", path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found += module.random_checks()
    return tuple(found)


def false_alarms(checks: Sequence[CheckInfo]) -> float:
    """Bound of the chance that a right submission among ``CLASS_SIZE`` fails any check: the union bound over what they declare."""
    return CLASS_SIZE * sum(check.alpha for check in checks)


def budget_problems(checks: Sequence[CheckInfo], stated: Sequence[RandomCheck]) -> Iterator[str]:
    """What is wrong with the statements: missing, for no random check, an alpha above the marker's, or too little power."""
    declared = {check.id: check.alpha for check in checks if check.alpha}
    for check in sorted(declared.keys() - {item.check for item in stated}):
        yield f"{check} is random, and nothing computes its error"
    for item in stated:
        if item.check not in declared:
            yield f"{item.check} is no random check of this suite, and its error is computed"
        elif item.alpha > declared[item.check]:
            yield f"{item.check} declares a false-alarm bound of {declared[item.check]:.3g}; computed it is {item.alpha:.3g}"
        if not item.power:
            yield f"{item.check} names no misconception that it is for"
        for name, power in item.power.items():
            if power < LEAST_POWER:
                yield f"{item.check} misses {name} with a chance of {1 - power:.3g}"


def power_problems(checks: Sequence[CheckInfo], stated: Sequence[RandomCheck], caught: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Misconceptions that a random check is said to be for, and does not catch. ``caught``: ``exercise/name`` -> checks that failed."""
    exercises = {check.id: check.exercise for check in checks}
    for item in stated:
        exercise = exercises.get(item.check, "this suite")
        for name in item.power:
            failed = caught.get(f"{exercise}/{name}")
            if failed is None:
                yield f"{item.check} is said to catch {name}, which is no misconception of {exercise}"
            elif item.check not in failed:
                yield f"{item.check} is said to catch {name}, and passed it"
