"""What random checks state of themselves is held against their markers, and against what they caught."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.checks.marker import CheckInfo
from grader.checks.worker_source import Limits
from grader.verify.error_budget import RandomCheck, budget_problems, false_alarms, load_random_checks, power_problems

DRAWS = "hidden/test_sampler.py::test_draws"


def check(name: str, alpha: float) -> CheckInfo:
    return CheckInfo(name, "sampler", "sampler.draws", ("S-1",), "draws", "", alpha, Limits())


def stated(alpha: float = 1e-12, power: float = 1.0, name: str = DRAWS) -> RandomCheck:
    return RandomCheck(name, "exact binomial", 100, alpha, {"uniform": power})


def test_right_statements_are_no_problem() -> None:
    assert list(budget_problems([check(DRAWS, 1e-12), check("public/test_sampler.py::test_shape", 0.0)], [stated()])) == []


@pytest.mark.parametrize(
    ("statements", "complaint"),
    [
        ([], "nothing computes its error"),
        ([stated(alpha=2e-12)], "declares a false-alarm bound of 1e-12; computed it is 2e-12"),
        ([stated(power=0.999)], "misses uniform with a chance of 0.001"),
        ([RandomCheck(DRAWS, "exact binomial", 100, 1e-13, {})], "names no misconception"),
        ([stated(), stated(name="hidden/test_sampler.py::test_shape")], "is no random check"),
    ],
)
def test_each_wrong_statement_is_named(statements: list[RandomCheck], complaint: str) -> None:
    (problem,) = budget_problems([check(DRAWS, 1e-12)], statements)
    assert complaint in problem


def test_what_a_check_is_for_must_fail_it() -> None:
    checks = [check(DRAWS, 1e-12)]
    assert list(power_problems(checks, [stated()], {"sampler/uniform": [DRAWS]})) == []
    assert "passed it" in next(power_problems(checks, [stated()], {"sampler/uniform": ["public/test_sampler.py::test_shape"]}))
    assert "no misconception of sampler" in next(power_problems(checks, [stated()], {}))


def test_the_bounds_add_up_over_checks_and_students() -> None:
    assert false_alarms([check(DRAWS, 1e-12), check("x", 3e-12), check("y", 0.0)]) == pytest.approx(4e-9)


def test_statements_are_read_from_files(tmp_path: Path) -> None:
    (tmp_path / "sampler.py").write_text(
        "from grader.verify.error_budget import RandomCheck\n\n\ndef random_checks():\n"
        f"    return (RandomCheck({DRAWS!r}, 'exact binomial', 100, 0.5**40, {{'uniform': 1.0}}),)\n"
    )
    assert load_random_checks(tmp_path) == (stated(alpha=0.5**40),)
