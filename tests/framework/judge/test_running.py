"""The plugin on a small course of its own: every way a check can end, with its status, and what is recorded of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.checks.local import LocalWorkers
from grader.checks.outcome import CheckOutcome, Status
from grader.checks.plan import ApiRules, Plan, PlannedExercise, PlannedIdea, Requirement
from grader.checks.session import CheckSession, Telemetry
from grader.judge.checks_run import SuiteFault, list_checks, run_checks

CODE = """
import os
import torch
from torch import nn

def right(x): return x + 1
def wrong(x): return x
def stub(x):
    raise NotImplementedError("work is not started: see handout section 1, Work")
def fault(x): raise ValueError("no idea")
def leave(x): os._exit(1)
def loop(x):
    while True: pass
def memory(x): return torch.empty(1 << 40)
def nothing(x): return None
def prints(x):
    print("here I am")
    return x
def small(n): return n if n < 7 else 0
def odd_line(x):
    error = SyntaxError("x")
    error.filename, error.lineno = __file__, "\u00b2"
    raise error
"""
TESTS = """
import pytest
import torch
from hypothesis import strategies as st
from grader.checks.compare import expect_close
from grader.checks.properties import property_check

def check(name, **more):
    return pytest.mark.check("work.idea", spec="WRK-1", title=name, hint="a hint", **more)

X = torch.zeros(2)

@check("right")
def test_right(subject, observe):
    observe("shape", "kept")
    expect_close(subject.right(X), X + 1)

@check("wrong")
def test_wrong(subject):
    expect_close(subject.wrong(X), X + 1, input=X)

@check("plain assert")
def test_assert(subject):
    assert subject.wrong(3) == 4, "adds one"

@check("stub")
def test_stub(subject):
    subject.stub(X)

@check("raises")
def test_raises(subject):
    with pytest.raises(ValueError):
        subject.right(X)

@check("fault")
def test_fault(subject):
    subject.fault(X)

@check("crash")
def test_crash(subject):
    subject.leave(X)

@pytest.mark.limits(cpu_seconds=1)
@check("loop")
def test_loop(subject):
    subject.loop(X)

@check("memory")
def test_memory(subject):
    subject.memory(X)

@check("none")
def test_none(subject):
    subject.nothing(X) - X

@check("checker's own mistake")
def test_own_mistake(subject):
    undefined_name

@check("odd syntax error")
def test_odd_line(subject):
    subject.odd_line(X)

@check("a fact that is none")
def test_odd_fact(subject, observe):
    observe("fact", subject.right(X))

@check("prints")
def test_prints(subject):
    assert subject.prints(1) == 2

@check("property")
@property_check({"n": st.integers(0, 50)}, examples=40)
def test_property(subject, n):
    assert subject.small(n) == n, "keeps the number"

@check("random", alpha=1e-9)
@pytest.mark.parametrize("k", [1, 2])
def test_case(subject, k):
    assert subject.right(k) == k + 1
"""
SYMBOLS = ("right", "wrong", "stub", "fault", "leave", "loop", "memory", "nothing", "prints", "small", "odd_line")


def plan(deny: tuple[str, ...] = ()) -> Plan:
    idea = PlannedIdea("work.idea", "Works", 3)
    exercise = PlannedExercise("work", "Work", "pkg.work", SYMBOLS, "1. Work", "required", (), ApiRules("deny", deny), (idea,))
    return Plan("hw", "Homework", "pkg", (exercise,), (Requirement("WRK-1", "1. Work", "It works."),), (), ())


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("course")
    (root / "student" / "pkg").mkdir(parents=True)
    (root / "student" / "pkg" / "__init__.py").write_text("")
    (root / "student" / "pkg" / "work.py").write_text(CODE)
    (root / "tests" / "public").mkdir(parents=True)
    (root / "tests" / "public" / "test_work.py").write_text(TESTS)
    return root


def outcomes_of(course: Path, made: Plan, **options: object) -> dict[str, tuple[CheckOutcome, Telemetry]]:
    found: dict[str, tuple[CheckOutcome, Telemetry]] = {}
    workers = LocalWorkers(course / "student")
    try:
        session = CheckSession(
            made, course / "student", workers, 7, lambda outcome, cost: found.update({outcome.check: (outcome, cost)}), **options
        )
        run_checks(session, (course / "tests" / "public",))
    finally:
        workers.close()
    return {check.partition("::")[2]: pair for check, pair in found.items()}


@pytest.fixture(scope="module")
def outcomes(course: Path) -> dict[str, tuple[CheckOutcome, Telemetry]]:
    return outcomes_of(course, plan(), minimise=True)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("test_right", Status.PASSED),
        ("test_wrong", Status.FAILED),
        ("test_assert", Status.FAILED),
        ("test_stub", Status.NOT_STARTED),
        ("test_raises", Status.FAILED),
        ("test_fault", Status.ERROR),
        ("test_crash", Status.CRASHED),
        ("test_loop", Status.TIMEOUT),
        ("test_memory", Status.OUT_OF_MEMORY),
        ("test_none", Status.FAILED),
        ("test_own_mistake", Status.GRADER_FAULT),
        ("test_property", Status.FAILED),
        ("test_case[1]", Status.PASSED),
        ("test_odd_line", Status.ERROR),
        ("test_odd_fact", Status.FAILED),
    ],
)
def test_each_ending_has_its_status(outcomes: dict[str, tuple[CheckOutcome, Telemetry]], name: str, status: Status) -> None:
    assert outcomes[name][0].status is status, outcomes[name][0]


def test_a_failure_says_what_was_expected_and_what_came(outcomes: dict[str, tuple[CheckOutcome, Telemetry]]) -> None:
    wrong, _ = outcomes["test_wrong"]
    assert wrong.input and "1" in wrong.expected and "0" in wrong.got and wrong.hint == "a hint" and wrong.spec == ("WRK-1",)
    assert outcomes["test_assert"][0].message == "adds one"
    assert outcomes["test_raises"][0].message == "It should have raised ValueError and did not."
    assert outcomes["test_fault"][0].frames == ("pkg/work.py:10 in fault",)


def test_the_smallest_failing_example_is_shown(outcomes: dict[str, tuple[CheckOutcome, Telemetry]]) -> None:
    assert "n = 7" in outcomes["test_property"][0].input


def test_observations_and_output_are_kept_apart(outcomes: dict[str, tuple[CheckOutcome, Telemetry]]) -> None:
    assert outcomes["test_right"][0].observations == (("shape", "kept"),)
    assert "here I am" in outcomes["test_prints"][1].printed and "here I am" not in str(outcomes["test_prints"][0])


def test_forbidden_names_end_every_check_of_the_exercise(course: Path) -> None:
    (course / "student" / "pkg" / "work.py").write_text(CODE + "\nnorm = nn.RMSNorm(3)\n")
    try:
        found = outcomes_of(course, plan(("torch.nn.RMSNorm",)))
    finally:
        (course / "student" / "pkg" / "work.py").write_text(CODE)
    assert {outcome.status for outcome, _ in found.values()} == {Status.FORBIDDEN_API}
    assert "pkg/work.py:25" in found["test_right"][0].message


def test_a_module_that_was_not_handed_in_is_not_started_and_carries_no_hint(course: Path) -> None:
    file = course / "student" / "pkg" / "work.py"
    file.rename(file.with_suffix(".away"))
    try:
        found = outcomes_of(course, plan())
    finally:
        file.with_suffix(".away").rename(file)
    right, _ = found["test_right"]
    assert right.status is Status.NOT_STARTED and "there is no pkg/work.py" in right.message and not right.hint


def test_code_that_waits_uses_up_the_time_of_its_exercise(course: Path) -> None:
    found = outcomes_of(course, plan(), max_exercise_seconds=0.0)
    assert {outcome.status for outcome, _ in found.values()} == {Status.TIMEOUT}


def test_after_some_timeouts_the_rest_is_not_run(course: Path) -> None:
    done = {
        f"public/test_work.py::earlier_{number}": CheckOutcome(f"earlier_{number}", "work", "work.idea", (), "", "", Status.TIMEOUT)
        for number in range(3)
    }
    found = outcomes_of(course, plan(), done=done)
    assert {name: (outcome.status, outcome.message) for name, (outcome, _) in found.items() if outcome.status is not Status.TIMEOUT} == {}
    assert "not run" in found["test_right"][0].message


def test_done_checks_are_not_run_again(course: Path) -> None:
    done = {"public/test_work.py::test_loop": CheckOutcome("x", "work", "work.idea", (), "", "", Status.PASSED)}
    assert "test_loop" not in outcomes_of(course, plan(), done=done)


def test_checks_are_listed_with_their_false_alarm_bounds(course: Path) -> None:
    listed = list_checks(plan(), (course / "tests" / "public",))
    assert [info.alpha for info in listed if "test_case" in info.id] == [1e-9, 1e-9]
    assert len(listed) == 17


@pytest.mark.parametrize(
    ("line", "said", "file"),
    [
        ('@pytest.mark.check("work.idea", spec="WRK-9", title="t", hint="h")', "no requirement WRK-9", "test_work.py"),
        ('@pytest.mark.check("work.other", spec="WRK-1", title="t", hint="h")', "no idea 'work.other'", "test_work.py"),
        ('@pytest.mark.check("work.idea", spec="WRK-1", title="t")', "needs one idea", "test_work.py"),
        ("@pytest.mark.skip", "has no check marker", "test_work.py"),
        ("import no_such_module", "no_such_module", "test_work.py"),
        ('@pytest.mark.check("work.idea", spec="WRK-1", title="t", hint="h")', "belong into test_work.py", "test_other.py"),
    ],
)
def test_a_suite_that_does_not_fit_the_course_is_a_fault_of_the_course(tmp_path: Path, line: str, said: str, file: str) -> None:
    # pytest remembers a module by its path below the root.
    folder = tmp_path / f"tests{abs(hash(line))}" / "public"
    folder.mkdir(parents=True)
    (folder / file).write_text(f"import pytest\n{line}\ndef test_x(subject):\n    assert subject\n")
    (tmp_path / "student").mkdir()
    workers = LocalWorkers(tmp_path / "student")
    session = CheckSession(plan(), tmp_path / "student", workers, 7, lambda *_: None)
    with pytest.raises(SuiteFault, match=said):
        run_checks(session, (folder,))
    workers.close()
