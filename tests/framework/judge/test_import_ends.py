"""A module that trains, fills memory or ends the interpreter when it is imported: its exercise pays for it, and is told what to do."""

from __future__ import annotations

import pytest

from grader.checks.local import LocalWorkers
from grader.checks.outcome import CheckOutcome, Status
from grader.checks.plan import ApiRules, Plan, PlannedExercise, PlannedIdea, Requirement
from grader.checks.session import CheckSession
from grader.judge.checks_run import run_checks

TESTS = """
import pytest

@pytest.mark.limits(cpu_seconds=1)
@pytest.mark.check("{name}.idea", spec="WRK-1", title="answers", hint="a hint")
def test_it(subject):
    assert subject.{name}(1) == 2
"""
TRAINS = "weight = 1.0\nwhile True:\n    weight -= 1e-9\n\ndef trains(x):\n    return x + 1\n"
CODE = {
    "trains": TRAINS,
    "leaves": "import os\nos._exit(3)\n",
    "calls": "def calls(x):\n    while True:\n        pass\n",
    "lacks": "import a_package_that_is_not_here\n\ndef lacks(x):\n    return a_package_that_is_not_here.increment(x) + 1\n",
    "imports": "import a_package_that_is_not_here\n\ndef imports(x):\n    return x + 1\n",
    "exits": "raise SystemExit('usage: exits --data FILE')\n",
    "fine": "def fine(x):\n    return x + 1\n",
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, CheckOutcome]:
    root = tmp_path_factory.mktemp("course")
    (root / "student" / "pkg").mkdir(parents=True)
    (root / "public").mkdir()
    (root / "student" / "pkg" / "__init__.py").write_text("")
    for name, code in CODE.items():
        (root / "student" / "pkg" / f"{name}.py").write_text(code)
        (root / "public" / f"test_{name}.py").write_text(TESTS.format(name=name))
    exercises = tuple(
        PlannedExercise(
            name, name, f"pkg.{name}", (name,), "1. Work", "required", (), ApiRules(), (PlannedIdea(f"{name}.idea", "Works", 1),)
        )
        for name in CODE
    )
    plan = Plan("hw", "Homework", "pkg", exercises, (Requirement("WRK-1", "1. Work", "It works."),), (), ())
    found: dict[str, CheckOutcome] = {}
    workers = LocalWorkers(root / "student")
    try:
        session = CheckSession(plan, root / "student", workers, 7, lambda outcome, _: found.update({outcome.exercise: outcome}))
        run_checks(session, (root / "public",))
    finally:
        workers.close()
    return found


def test_training_at_import_costs_its_time_out_and_says_so(outcomes: dict[str, CheckOutcome]) -> None:
    trains = outcomes["trains"]
    assert trains.status is Status.TIMEOUT
    assert trains.message.endswith(
        'This was the import of pkg/trains.py, before anything was asked of it: put what trains or runs below if __name__ == "__main__":'
    )
    # No answer came, so a hint at the likely mistake in the answer would mislead.
    assert (trains.hint, trains.input) == ("", "")


def test_an_end_in_a_call_is_not_blamed_on_the_import(outcomes: dict[str, CheckOutcome]) -> None:
    calls = outcomes["calls"]
    assert (calls.status, calls.hint) == (Status.TIMEOUT, "a hint")
    assert "import" not in calls.message


def test_an_interpreter_that_ends_at_import_is_told(outcomes: dict[str, CheckOutcome]) -> None:
    assert outcomes["leaves"].status is Status.CRASHED
    assert "exit status 3. This was the import of pkg/leaves.py" in outcomes["leaves"].message
    assert outcomes["exits"].status is Status.ERROR
    assert outcomes["exits"].message.startswith("Importing pkg/exits.py raised SystemExit: usage: exits --data FILE")


def test_a_missing_package_is_named_where_it_is_needed(outcomes: dict[str, CheckOutcome]) -> None:
    assert outcomes["imports"].status is Status.PASSED
    lacks = outcomes["lacks"]
    assert lacks.status is Status.MISSING_DEPENDENCY
    assert lacks.message == "It needs the package a_package_that_is_not_here, which is not installed here."


def test_the_others_are_unharmed(outcomes: dict[str, CheckOutcome]) -> None:
    assert outcomes["fine"].status is Status.PASSED
