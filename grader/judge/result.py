"""The judge's verdict on one submission: checks, ideas and exercises, with points, and nothing that differs between two honest runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from grader.checks.outcome import CheckOutcome

SCHEMA = 1


@dataclass(frozen=True)
class IdeaResult:
    """An idea and whether it was earned. ``earned`` is 0 or ``points``; ``settled`` is False while a grader fault keeps it open."""

    id: str
    title: str
    points: float
    earned: float
    settled: bool


@dataclass(frozen=True)
class ExerciseResult:
    """An exercise. ``status`` is ``done``, ``partial``, ``not started``, ``failed`` or ``unsettled``.

    ``counts`` is False for one that a choice rule leaves out.
    """

    id: str
    title: str
    role: str
    status: str
    points: float
    earned: float
    counts: bool
    ideas: tuple[IdeaResult, ...]


@dataclass(frozen=True)
class Result:
    """Everything the judge says about one submission.

    Attributes:
        submission: content hash of what was handed in.
        suite: hash of checks, plan, reference and lock file.
        seed_hash: hash of the secret seed.
        tier: isolation tier, ``A``, ``B`` or ``C``.
        missing_layers: isolation layers that were asked for and not there.
        points, earned: required part. ``bonus_earned``: bonus part.
        notes: sentences about the submission as a whole, for the TA.
    """

    assignment: str
    submission: str
    suite: str
    seed_hash: str
    tier: str
    missing_layers: tuple[str, ...]
    points: float
    earned: float
    bonus_points: float
    bonus_earned: float
    exercises: tuple[ExerciseResult, ...]
    checks: tuple[CheckOutcome, ...]
    notes: tuple[str, ...] = ()

    def to_json(self) -> str:
        """Stable text: the same verdict gives the same bytes."""
        return json.dumps({"schema": SCHEMA, **asdict(self)}, sort_keys=True, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Result:
        """Inverse of ``to_json``. Raises ValueError on another schema."""
        data: dict[str, Any] = json.loads(text)
        if data.pop("schema", None) != SCHEMA:
            raise ValueError("this result was written by another version")
        data["exercises"] = tuple(_exercise(item) for item in data["exercises"])
        data["checks"] = tuple(CheckOutcome.from_json(item) for item in data["checks"])
        data["missing_layers"] = tuple(data["missing_layers"])
        data["notes"] = tuple(data["notes"])
        return cls(**data)


def _exercise(item: Mapping[str, Any]) -> ExerciseResult:
    ideas = tuple(IdeaResult(**idea) for idea in item["ideas"])
    return ExerciseResult(**{**item, "ideas": ideas})
