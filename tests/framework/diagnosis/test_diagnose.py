"""The nearest trace explains; a trace with little in common does not."""

from __future__ import annotations

from grader.checks.outcome import CheckOutcome, Status
from grader.diagnosis.diagnose import diagnose
from grader.diagnosis.signature import Signature, features, from_json, to_json


def outcome(name: str, status: Status, **facts: int) -> CheckOutcome:
    return CheckOutcome(f"hidden/test_e.py::{name}", "e", "e.i", ("E-1",), "t", "h", status, observations=tuple(facts.items()))


def trace(name: str, *outcomes: CheckOutcome) -> Signature:
    return Signature("e", name, f"Title of {name}", features(outcomes, "e"))


ALWAYS = outcome("always", Status.FAILED)
LEAK = outcome("leak", Status.FAILED, offset=1)
LATE = outcome("leak", Status.FAILED, offset=2)
CRASH = outcome("leak", Status.CRASHED)
TABLE = (trace("leaks_one", ALWAYS, LEAK), trace("leaks_two", ALWAYS, LATE), trace("crashes", ALWAYS, CRASH))


def test_passes_and_grader_faults_leave_no_trace() -> None:
    assert features([outcome("a", Status.PASSED, x=1), outcome("b", Status.GRADER_FAULT)], "e") == ()


def test_observations_and_statuses_tell_mistakes_apart() -> None:
    for expected, seen in (("leaks_one", LEAK), ("leaks_two", LATE), ("crashes", CRASH)):
        best = diagnose([ALWAYS, seen], "e", TABLE)[0]
        assert best.name == expected and best.strength == 1.0


def test_a_near_trace_fits_with_less_strength() -> None:
    best = diagnose([ALWAYS, LEAK, outcome("other", Status.FAILED)], "e", TABLE)[0]
    assert best.name == "leaks_one" and 0.6 <= best.strength < 1.0


def test_none_fits_when_little_is_in_common_or_nothing_failed() -> None:
    assert diagnose([outcome("elsewhere", Status.FAILED), outcome("more", Status.ERROR)], "e", TABLE) == ()
    assert diagnose([outcome("always", Status.PASSED)], "e", TABLE) == ()


def test_signatures_survive_json() -> None:
    assert from_json(to_json(TABLE)) == tuple(sorted(TABLE, key=lambda item: item.name))
