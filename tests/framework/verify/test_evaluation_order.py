"""Verdicts depend on what is computed, not on the order of the sums in it, nor on how many threads do it.

Each exercise's own checks run on the reference with its sums in another order (``orders/<exercise>.py``, with those of the exercises that
it builds on); on the reference, an alternative and a wrong submission with two threads, where the judge has one.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from grader.checks.outcome import CheckOutcome, Status
from grader.course.load import load_course
from grader.judge.secret import Secret
from grader.judge.suite import load_suite
from grader.verify.local_mode import LocalRuns
from grader.verify.specimens import Kind, find_all
from grader.verify.variants import Variant, build_alternative, build_variant

REPOSITORY = Path(__file__).parents[3]
ORDERS = Path(__file__).with_name("orders")
SUITE = load_suite(REPOSITORY, "pico-llm", Secret(5, "orders"))
EXERCISES = tuple(exercise.id for exercise in SUITE.plan.exercises)
# Two for every day, all of them in the night (``make repeat``).
THREADED = EXERCISES if "FAIRMARK_REPEAT" in os.environ else ("attention", "nucleus_sampling")
TWO_THREADS = "\nimport torch\n\ntorch.set_num_threads(2)\nassert torch.get_num_threads() == 2\n"


@pytest.fixture(scope="module")
def runs() -> Iterator[LocalRuns]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)  # as in the judge: the oracles run here
    with LocalRuns(SUITE) as opened:
        yield opened
    torch.set_num_threads(before)


def with_other_orders(exercise: str, root: Path) -> Path:
    """The reference with the sums of this exercise and of those before it in another order."""
    course = load_course(REPOSITORY / "course.toml")
    names = (*course.exercise(exercise).depends_on, exercise)
    files = tuple((f"{course.exercise(name).module.rpartition('.')[2]}.py", ORDERS / f"{name}.py") for name in names)
    build_variant(SUITE.reference / "picollm", Variant(exercise, "order", "", "", "", files), root / "picollm")
    return root


def problems(outcomes: dict[str, CheckOutcome]) -> list[tuple[str, str, str]]:
    return [(check, outcome.status, outcome.message) for check, outcome in outcomes.items() if outcome.status is not Status.PASSED]


def test_every_exercise_has_another_order() -> None:
    assert {path.stem for path in ORDERS.glob("*.py")} == set(EXERCISES)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_reference_in_another_order_gets_full_marks(runs: LocalRuns, tmp_path: Path, exercise: str) -> None:
    outcomes = runs.run(with_other_orders(exercise, tmp_path), frozenset({exercise}))
    assert outcomes and not problems(outcomes)


@pytest.mark.parametrize("exercise", THREADED)
def test_two_threads_give_the_same_verdict(runs: LocalRuns, tmp_path: Path, exercise: str) -> None:
    reference = SUITE.reference / "picollm"
    roots = {kind: tmp_path / kind for kind in (Kind.REFERENCE, Kind.ALTERNATIVE, Kind.MISCONCEPTION)}
    shutil.copytree(reference, roots[Kind.REFERENCE] / "picollm", ignore=shutil.ignore_patterns("__pycache__"))
    build_alternative(reference, first(Kind.ALTERNATIVE, exercise), roots[Kind.ALTERNATIVE] / "picollm")
    build_variant(reference, first(Kind.MISCONCEPTION, exercise), roots[Kind.MISCONCEPTION] / "picollm")
    # What is right passes with one thread: that is what ``grader verify`` shows. What is wrong is run both ways here.
    with_one = statuses(runs.run(roots[Kind.MISCONCEPTION], frozenset({exercise})))
    for kind, root in roots.items():
        package = root / "picollm" / "__init__.py"
        package.write_text(package.read_text(encoding="utf-8") + TWO_THREADS, encoding="utf-8")
        with_two = runs.run(root, frozenset({exercise}))
        if kind is Kind.MISCONCEPTION:
            assert statuses(with_two) == with_one and set(with_one.values()) != {Status.PASSED}
        else:
            assert with_two and not problems(with_two)


def first(kind: Kind, exercise: str) -> Variant:
    return next(item for found, item in find_all(SUITE) if found is kind and item.exercise == exercise)


def statuses(outcomes: dict[str, CheckOutcome]) -> dict[str, Status]:
    return {check: outcome.status for check, outcome in outcomes.items()}
