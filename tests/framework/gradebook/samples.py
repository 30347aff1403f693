"""A small course, submissions and results for the tests of this room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import grader.gradebook.mistakes
import grader.gradebook.told
from grader.checks.outcome import CheckOutcome, Status
from grader.checks.plan import Plan
from grader.course.load import load_course
from grader.course.model import Course
from grader.course.plan import plan_for
from grader.diagnosis.diagnose import Candidate
from grader.diagnosis.evidence import Evidence
from grader.diagnosis.signature import Signature
from grader.gradebook.gradebook import Gradebook
from grader.gradebook.records import SubmissionRecord
from grader.intake.submission import Submission
from grader.judge.result import ExerciseResult, IdeaResult, Result

SUITE = "suite-1"

COURSE = """\
schema = 1
title = "A small course"

[exercises.norm]
title = "Norm"
module = "pkg.norm"
symbols = ["Norm"]
handout = "Norm"
ideas = [{ id = "mean", title = "takes the mean", points = 2 }, { id = "scale", title = "learns a scale", points = 1 }]

[exercises.extra]
title = "Extra"
module = "pkg.extra"
symbols = ["extra"]
handout = "Extra"
depends_on = ["norm"]
given_on_failure = ["norm"]
ideas = [{ id = "works", title = "works", points = 4 }]

[assignments.one]
title = "One"
package = "pkg"
handout = "one.md"
required = ["norm"]
bonus = ["extra"]
time_zone = "Europe/Berlin"
deadline = 2026-12-01T12:00:00

[assignments.one.late]
percent_per_day = 10
last_day = 3

[assignments.one.policy]
ai = "Ask."
sources = "Name them."

[[assignments.one.human]]
id = "talk"
title = "Talk"
points = 5
rubric = ["5: it is clear"]
"""

HANDOUT = """\
## 1. Norm

- **NRM-1** The mean is taken over `x**2`.
- **NRM-2** There is a learned scale.

## 2. Extra

- **EXT-1** It works.
"""

CHECKS = (
    ("public/test_norm.py::test_mean", "norm.mean", ("NRM-1",)),
    ("hidden/test_norm.py::test_mean_secret", "norm.mean", ("NRM-1",)),
    ("public/test_norm.py::test_scale", "norm.scale", ("NRM-2",)),
    ("hidden/test_extra.py::test_extra_secret", "extra.works", ("EXT-1",)),
)

SIGNATURES = (
    Signature(
        "norm",
        "no_mean",
        "Takes the sum and not the mean",
        ("hidden/test_norm.py::test_mean_secret: failed", "public/test_norm.py::test_mean: failed"),
        "A sum grows with the length; look at the reduction.",
        "What happens to your result when a row is written twice?",
    ),
    Signature(
        "norm",
        "no_scale",
        "Learns no scale",
        ("public/test_norm.py::test_scale: failed",),
        "The parameter is missing.",
        "What does your module learn?",
    ),
    Signature("norm", "no_eps", "Leaves eps out.", ("hidden/test_norm.py::test_scale_secret: failed",), "Zeros.", "What of zeros?"),
)


def simply_diagnosed(patch: pytest.MonkeyPatch) -> None:
    """Diagnosis by the share of failed checks that are the mistake's, so that no test of this room hangs on how a diagnosis is made."""

    def diagnose(outcomes: Iterable[CheckOutcome], exercise: str, signatures: Sequence[Signature]) -> tuple[Candidate, ...]:
        seen = {item.check: item.status.value for item in outcomes if item.exercise == exercise}
        found = []
        for signature in signatures if exercise == "norm" else ():
            known = dict(feature.split(": ") for feature in signature.features)
            failed = [check for check, status in seen.items() if status != "passed" or known.get(check, "passed") != "passed"]
            evidence = [Evidence(check, seen[check], known.get(check, "passed"), 1.0) for check in sorted(failed)]
            evidence = [item if item.seen == item.known else replace(item, weight=-1.0) for item in evidence]
            share = sum(item.weight > 0 for item in evidence) / max(len(evidence), 1)
            found.append(Candidate(exercise, signature.name, signature.title, share, tuple(evidence)))
        return tuple(sorted((item for item in found if item.strength > 0.5), key=lambda item: -item.strength))

    patch.setattr(grader.gradebook.mistakes, "diagnose", diagnose)
    patch.setattr(grader.gradebook.told, "diagnose", diagnose)


def small_course(folder: Path) -> tuple[Course, Plan]:
    """The course above and its plan."""
    path = folder / "course.toml"
    path.write_text(COURSE, encoding="utf-8")
    course = load_course(path)
    return course, plan_for(course, "one", HANDOUT)


def submission(key: str = "amy", content: str = "hash-1", **changes: object) -> Submission:
    """A submission in time."""
    fields: dict[str, object] = {
        "id": key,
        "student": key.title(),
        "members": (),
        "root": Path("/nowhere"),
        "content_hash": content,
        "submitted_at": datetime(2026, 12, 1, 10, 0, tzinfo=UTC),
        "source": f"{key}.zip",
    }
    return Submission(**{**fields, **changes})  # type: ignore[arg-type]


def outcome(check: str = CHECKS[0][0], status: Status = Status.PASSED, **changes: object) -> CheckOutcome:
    """An outcome of one of the checks above."""
    idea, spec = next((idea, spec) for name, idea, spec in CHECKS if name == check)
    fields: dict[str, object] = {
        "check": check,
        "exercise": idea.partition(".")[0],
        "idea": idea,
        "spec": spec,
        "title": f"title of {check}",
        "hint": f"hint of {check}",
        "status": status,
    }
    if status is Status.FAILED:
        fields |= {
            "message": "the message",
            "input": "the input",
            "expected": "the expected",
            "got": "the got",
            "frames": ("pkg/norm.py:3 in f",),
        }
    return CheckOutcome(**{**fields, **changes})  # type: ignore[arg-type]


def result(plan: Plan, content: str = "hash-1", suite: str = SUITE, outcomes: tuple[CheckOutcome, ...] = ()) -> Result:
    """The judge's result for these outcomes: an idea is earned when all its checks passed, open when one is a grader fault."""
    given = {item.check: item for item in outcomes}
    checks = tuple(given.get(name, outcome(name)) for name, _, _ in CHECKS)
    exercises = []
    for exercise in plan.exercises:
        ideas = []
        for idea in exercise.ideas:
            states = [item.status for item in checks if item.idea == idea.id]
            won = all(state is Status.PASSED for state in states)
            ideas.append(IdeaResult(idea.id, idea.title, idea.points, idea.points if won else 0.0, Status.GRADER_FAULT not in states))
        earned = sum(idea.earned for idea in ideas)
        mine = {item.status for item in checks if item.exercise == exercise.id}
        state = (
            "not started"
            if mine == {Status.NOT_STARTED}
            else "unsettled"
            if not all(idea.settled for idea in ideas)
            else "done"
            if earned == exercise.points
            else "partial"
            if earned
            else "failed"
        )
        exercises.append(ExerciseResult(exercise.id, exercise.title, exercise.role, state, exercise.points, earned, True, tuple(ideas)))
    required = [item for item in exercises if item.role == "required"]
    bonus = [item for item in exercises if item.role == "bonus"]
    return Result(
        assignment="one",
        submission=content,
        suite=suite,
        seed_hash="seed",
        tier="A",
        missing_layers=(),
        points=sum(item.points for item in required),
        earned=sum(item.earned for item in required),
        bonus_points=sum(item.points for item in bonus),
        bonus_earned=sum(item.earned for item in bonus),
        exercises=tuple(exercises),
        checks=checks,
    )


def registered(book: Gradebook, *submissions: Submission, suite: str = SUITE) -> tuple[SubmissionRecord, ...]:
    """Registers submissions in a run of their own."""
    return book.register(book.start_run("one", suite, "class.zip", "ta"), submissions)


def graded(book: Gradebook, plan: Plan, one: Submission, *outcomes: CheckOutcome, suite: str = SUITE, reason: str = "first grading") -> int:
    """Registers and grades a submission anew; returns the attempt's id."""
    record = registered(book, one, suite=suite)[0]
    attempt = book.begin_attempt(record.key, suite, "ta", reason, regrade=True)
    whole = result(plan, one.content_hash, suite, outcomes)
    for item in whole.checks:
        book.record_outcome(attempt.id, item)
    book.finish_attempt(attempt.id, whole)
    return attempt.id
