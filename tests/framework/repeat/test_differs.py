"""A submission that differs from run to run is shown as such, earns nothing by luck, and one that is steadily wrong is not called so."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "batch"))
from mini_course import DOUBLE, QUAD, write_course

from grader.checks.outcome import CheckOutcome, Status
from grader.judge.pool import Checked, Judged, JudgePool, Task
from grader.judge.result import Result
from grader.judge.secret import Secret
from grader.judge.suite import load_suite

HEAD = "import os\nimport time\nimport torch\n\n"
UNSTEADY = {
    "clock": "x + x + 1 + time.time_ns() % 1009",
    "urandom": "x + x + 1 + int.from_bytes(os.urandom(4), 'little')",
    "address": "x + x + 1 + id(object()) // 16",
    "own seed": "x + x + (torch.seed() and 1 + int(torch.randint(1 << 30, ())))",
}
STEADY = {
    "wrong": "x + x + 1",
    "seeded": "x + x + 1 + int(torch.randint(1 << 30, ()))",
    "raises an object": "{}[object()]",
}
PARTLY = "x + x + (x == 0) * time.time_ns()"


def write(root: Path, expression: str) -> Path:
    package = root / "mini"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "double.py").write_text(HEAD + DOUBLE.replace("x + x", expression))
    (package / "quad.py").write_text(QUAD.replace("double(double(x))", "4 * x"))
    return root


def write_course_that_shows_answers(root: Path) -> Path:
    """The mini course, whose checks say what came."""
    write_course(root, 2)
    for path in root.glob("tests/*/test_double.py"):
        text = path.read_text().replace("assert subject.double(n) == 2 * n", "expect_equal(subject.double(n), 2 * n)")
        path.write_text("from grader.checks.compare import expect_equal\n" + text.replace(', "another number was expected"', ""))
    return root


class Graded:
    """All submissions, graded once: their results, and every outcome in the order in which it was recorded."""

    def __init__(self, folder: Path) -> None:
        self.suite = load_suite(write_course_that_shows_answers(folder / "course"), "hw", Secret(7, "test"))
        expressions = {**UNSTEADY, **STEADY, "partly": PARTLY}
        self.roots = {name: write(folder / name.replace(" ", "_"), text) for name, text in expressions.items()}
        self.results: dict[str, Result] = {}
        self.recorded: dict[str, list[CheckOutcome]] = {name: [] for name in self.roots}
        self.judge([Task(name, root, name) for name, root in self.roots.items()], self.results)

    def judge(self, tasks: list[Task], results: dict[str, Result]) -> None:
        with JudgePool(self.suite, 1, "C") as pool:
            for event in pool.run(tasks):
                if isinstance(event, Checked) and event.key in self.recorded:
                    self.recorded[event.key].append(event.outcome)
                if isinstance(event, Judged):
                    results[event.key] = event.result


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    return Graded(tmp_path_factory.mktemp("unsteady"))


def values(result: Result) -> list[CheckOutcome]:
    return [check for check in result.checks if check.idea == "double.values"]


@pytest.mark.parametrize("name", UNSTEADY)
def test_what_differs_from_run_to_run_is_called_so(graded: Graded, name: str) -> None:
    checks = values(graded.results[name])
    assert {check.status for check in checks} == {Status.UNSTABLE}, [(check.check, check.status, check.message) for check in checks]
    for check in checks:
        assert "Two runs with the same inputs" in check.message and "The second:" in check.message and check.hint == ""


@pytest.mark.parametrize("name", STEADY)
def test_what_is_wrong_each_time_is_only_wrong(graded: Graded, name: str) -> None:
    expected = Status.ERROR if name == "raises an object" else Status.FAILED
    assert {check.status for check in values(graded.results[name])} == {expected}
    assert not any("0x7" in check.message for check in values(graded.results[name]))


def test_passed_checks_beside_one_that_differs_are_run_again_so_that_luck_earns_nothing(graded: Graded) -> None:
    recorded = graded.recorded["partly"]
    passed = [check for check in graded.results["partly"].checks if check.exercise == "double" and check.status is Status.PASSED]
    assert {check.idea for check in passed} == {"double.values", "double.types"}
    assert all([outcome.check for outcome in recorded].count(check.check) == 2 for check in passed)
    assert not any(idea.earned for item in graded.results["partly"].exercises for idea in item.ideas if idea.id == "double.values")


def test_another_exercise_is_not_touched(graded: Graded) -> None:
    assert all(item.earned == 2 for result in graded.results.values() for item in result.exercises if item.id == "quad")


def test_a_killed_run_that_goes_on_comes_to_the_same(graded: Graded) -> None:
    tasks, whole = [], {name: [(check.check, check.status) for check in graded.results[name].checks] for name in ("clock", "wrong")}
    for name, checks in whole.items():
        recorded = graded.recorded[name]
        assert len(recorded) >= len(checks) + 3
        # Before the last check, before the second run, and after each check that was run again.
        for length in range(len(checks) - 1, len(recorded)):
            done = {outcome.check: outcome for outcome in recorded[:length]}
            tasks.append(Task(f"{name}#{length}", graded.roots[name], name, done))
    resumed: dict[str, Result] = {}
    graded.judge(tasks, resumed)
    assert len(resumed) == len(tasks)
    for key, result in resumed.items():
        assert [(check.check, check.status) for check in result.checks] == whole[key.partition("#")[0]], key
