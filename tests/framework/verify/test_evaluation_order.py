"""Verdicts depend on what is computed, not on the order of the sums in it, nor on how many threads do it.

Each exercise's own checks run on the reference with its sums in another order (``orders/<exercise>.py``, with those of the exercises that
it builds on); on the reference, an alternative and a wrong submission with two threads, where the judge has one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from grader.checks.outcome import CheckOutcome, Status
from grader.course.load import load_course
from grader.judge.secret import Secret
from grader.judge.suite import load_suite
from grader.verify.local_mode import LocalRuns
from grader.verify.specimens import Kind, build, find_all
from grader.verify.variants import Variant, build_variant

REPOSITORY = Path(__file__).parents[3]
ORDERS = Path(__file__).with_name("orders")
SUITE = load_suite(REPOSITORY, "pico-llm", Secret(5, "orders"))
EXERCISES = tuple(exercise.id for exercise in SUITE.plan.exercises)
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


@pytest.mark.parametrize("exercise", EXERCISES)
def test_two_threads_give_the_same_verdict(runs: LocalRuns, tmp_path: Path, exercise: str) -> None:
    variants = find_all(SUITE)
    chosen = [
        next((kind, item) for kind, item in variants if kind is wanted and item.exercise == exercise)
        for wanted in (Kind.ALTERNATIVE, Kind.MISCONCEPTION)
    ]
    found = {}
    for specimen in build(SUITE, chosen, tmp_path):
        if specimen.kind is Kind.STARTER:
            continue
        # What is right passes with one thread: that is what ``grader verify`` shows. What is wrong is run both ways here.
        expected = runs.run(specimen.root, frozenset({exercise})) if specimen.kind is Kind.MISCONCEPTION else {}
        package = specimen.root / "picollm" / "__init__.py"
        package.write_text(package.read_text(encoding="utf-8") + TWO_THREADS, encoding="utf-8")
        found[specimen.kind] = runs.run(specimen.root, frozenset({exercise}))
        assert found[specimen.kind]
        if specimen.kind is Kind.MISCONCEPTION:
            assert statuses(found[specimen.kind]) == statuses(expected)
        else:
            assert not problems(found[specimen.kind])
    assert len(found) == 3


def statuses(outcomes: dict[str, CheckOutcome]) -> dict[str, Status]:
    return {check: outcome.status for check, outcome in outcomes.items()}
