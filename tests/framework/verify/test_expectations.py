"""What must hold of a specimen's grade: each way in which it may not hold is seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from grader.checks.marker import CheckInfo
from grader.checks.outcome import CheckOutcome, Status
from grader.checks.worker_source import Limits
from grader.judge.result import Result
from grader.judge.secret import Secret
from grader.judge.suite import Suite, load_suite
from grader.judge.verdict import verdict
from grader.verify.expectations import caught, idle_checks, mode_differences, problems_of
from grader.verify.kill_matrix import matrix_html, matrix_json
from grader.verify.specimens import Kind, Specimen
from grader.verify.variants import Variant
from grader.verify.verify import Evidence

REPOSITORY = Path(__file__).parents[3]
VARIANT = Variant("rmsnorm", "no_root", "Forgets <the> root", "", "", (("rmsnorm.py", Path("no_root.py")),))
WRONG = Specimen("misconception/rmsnorm/no_root", Kind.MISCONCEPTION, "rmsnorm", VARIANT, Path())
RIGHT = Specimen("alternative/rmsnorm/other", Kind.ALTERNATIVE, "rmsnorm", VARIANT, Path())
STARTER = Specimen("starter", Kind.STARTER, "", None, Path())
BREAKAGE = Specimen("breakage/rmsnorm/1", Kind.BREAKAGE, "rmsnorm", None, Path())
ROOT = "hidden/test_rmsnorm.py::root_mean_square"


@pytest.fixture(scope="module")
def suite() -> Suite:
    return load_suite(REPOSITORY, "pico-llm", Secret(3, "three"))


def result(suite: Suite, ends: Mapping[str, Status], otherwise: Status = Status.PASSED) -> Result:
    """Each idea has a public and a hidden check; ``ends`` says how some end."""
    outcomes = {}
    for exercise in suite.course.exercises:
        for idea in exercise.ideas:
            for side in ("public", "hidden"):
                check = f"{side}/test_{exercise.id}.py::{idea.id.rpartition('.')[2]}"
                outcomes[check] = CheckOutcome(check, exercise.id, idea.id, (), "", "", ends.get(check, otherwise), "said <so>")
    return verdict(suite, "content", outcomes, tier="A", missing_layers=())


def test_a_right_submission_passes_everything(suite: Suite) -> None:
    assert list(problems_of(RIGHT, result(suite, {}), suite)) == []
    (problem,) = problems_of(RIGHT, result(suite, {ROOT: Status.FAILED}), suite)
    assert f"is right, but {ROOT} says failed" in problem


def test_the_starter_meets_its_stubs_only(suite: Suite) -> None:
    assert list(problems_of(STARTER, result(suite, {}, Status.NOT_STARTED), suite)) == []
    problems = list(problems_of(STARTER, result(suite, {ROOT: Status.ERROR}, Status.NOT_STARTED), suite))
    assert len(problems) == 1 and "meets no stub" in problems[0]
    assert any("earns" in problem for problem in problems_of(STARTER, result(suite, {}), suite))


def test_a_misconception_is_caught_by_a_hidden_check(suite: Suite) -> None:
    assert list(problems_of(WRONG, result(suite, {ROOT: Status.FAILED}), suite)) == []
    problems = list(problems_of(WRONG, result(suite, {ROOT.replace("hidden", "public"): Status.FAILED}), suite))
    assert problems == ["misconception/rmsnorm/no_root is not caught by any hidden check"]
    assert any("loses no point" in problem for problem in problems_of(WRONG, result(suite, {}), suite))


def test_a_misconception_costs_nothing_where_nothing_depends_on_it(suite: Suite) -> None:
    elsewhere = "hidden/test_beam_search.py::search"
    dependent = "hidden/test_transformer.py::causal"
    assert list(problems_of(WRONG, result(suite, {ROOT: Status.FAILED, dependent: Status.FAILED}), suite)) == []
    (problem,) = problems_of(WRONG, result(suite, {ROOT: Status.FAILED, elsewhere: Status.FAILED}), suite)
    assert "loses points in beam_search, which does not depend on rmsnorm" in problem


def test_a_grader_fault_is_a_problem(suite: Suite) -> None:
    fault = list(problems_of(RIGHT, result(suite, {ROOT: Status.GRADER_FAULT}), suite))
    assert any("is a grader fault" in problem for problem in fault)


def test_a_breakage_must_break_something(suite: Suite) -> None:
    assert list(problems_of(BREAKAGE, result(suite, {ROOT: Status.FAILED}), suite)) == []
    assert "fails no check" in next(problems_of(BREAKAGE, result(suite, {}), suite))


def test_what_a_misconception_cost(suite: Suite) -> None:
    cost = caught(WRONG, result(suite, {ROOT: Status.FAILED, "hidden/test_transformer.py::causal": Status.ERROR}))
    assert (cost.public, cost.hidden, cost.ideas, cost.elsewhere) == ((), (ROOT,), ("rmsnorm.root_mean_square",), ("transformer",))
    assert idle_checks([ROOT, "hidden/test_rmsnorm.py::gain"], [cost]) == ("hidden/test_rmsnorm.py::gain",)


def test_modes_must_agree_but_for_what_the_reference_stood_in_for(suite: Suite) -> None:
    jailed = {item.check: item for item in result(suite, {}).checks}
    local = {**jailed, ROOT: replace(jailed[ROOT], status=Status.ERROR)}
    (difference,) = mode_differences("x", local, jailed)
    assert difference == f"x: {ROOT} is error in local mode and passed in the jail"
    assert list(mode_differences("x", local, {**jailed, ROOT: replace(jailed[ROOT], used_given=("attention",))})) == []
    del local[ROOT]
    assert "is None in local mode" in next(mode_differences("x", local, jailed))


def test_the_matrix_shows_who_catches_whom(suite: Suite) -> None:
    cost = caught(WRONG, result(suite, {ROOT: Status.FAILED}))
    checks = tuple(
        CheckInfo(name, "rmsnorm", "rmsnorm.root_mean_square", ("RMS-1",), "a <title>", "", 0.0, Limits())
        for name in (ROOT, ROOT.replace("hidden", "public"))
    )
    evidence = Evidence((), (), checks, (), {"alternative/rmsnorm/other": True}, (cost,), (), None, ())
    page = matrix_html(evidence, ["rmsnorm"])
    assert '<td></td><td class="h"></td>' in page  # public first, and only the hidden one caught it
    assert "Forgets &lt;the&gt; root" in page and "<title>" not in page.partition("</title>")[2]
    assert "catches 1" in page and "catches 0" in page and "<code>other</code>" in page
    assert f'"{ROOT}"' in matrix_json(evidence)
