"""The trace that a misconception leaves: which checks of its exercise fail and how, and which facts they observe."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from grader.checks.outcome import CheckOutcome, Status

SCHEMA = 1


@dataclass(frozen=True)
class Signature:
    """A misconception as its outcomes show it.

    Attributes:
        exercise, name: which one; ``name`` is the file's name under ``solutions/misconceptions/<exercise>/``.
        title: the wrong idea as a statement.
        features: sorted, ``<check id>: <status>`` for each check that did not pass, and ``<fact> = <value>`` for each observation of those.
        for_the_ta, for_the_student: the explanation, and the hint that does not give the answer away.
    """

    exercise: str
    name: str
    title: str
    features: tuple[str, ...]
    for_the_ta: str = ""
    for_the_student: str = ""


def features(outcomes: Iterable[CheckOutcome], exercise: str) -> tuple[str, ...]:
    """The features of one exercise's outcomes; empty when everything passed. A grader fault says nothing."""
    found: set[str] = set()
    for outcome in outcomes:
        if outcome.exercise == exercise and outcome.status not in (Status.PASSED, Status.GRADER_FAULT):
            found.add(f"{outcome.check}: {outcome.status}")
            found.update(f"{name} = {value}" for name, value in outcome.observations)
    return tuple(sorted(found))


def to_json(signatures: Sequence[Signature]) -> str:
    """Stable text of a table of signatures."""
    rows = [asdict(signature) for signature in sorted(signatures, key=lambda item: (item.exercise, item.name))]
    return json.dumps({"schema": SCHEMA, "signatures": rows}, indent=1, ensure_ascii=False) + "\n"


def from_json(text: str) -> tuple[Signature, ...]:
    """Inverse of ``to_json``. Raises ValueError on another schema."""
    data = json.loads(text)
    if data.get("schema") != SCHEMA:
        raise ValueError(f"the table of signatures has schema {data.get('schema')!r}; this version reads {SCHEMA}")
    return tuple(Signature(**{**row, "features": tuple(row["features"])}) for row in data["signatures"])
