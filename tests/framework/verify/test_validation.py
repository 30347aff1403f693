"""The figures of diagnosis: fair halves, ties counted in part, thresholds from one half only, and gates that break when they should."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.checks.outcome import CheckOutcome, Status
from grader.diagnosis.signature import Signature, features
from grader.verify.baselines import exact_set, nearest_set
from grader.verify.validation import Sample, halves, load_misunderstood, validate

EXERCISES = ("e", "f")
MISTAKES = tuple(f"mistake_{number}" for number in range(44))


def outcome(exercise: str, name: str, status: Status = Status.FAILED, hidden: bool = False, **facts: str) -> CheckOutcome:
    check = f"{'hidden' if hidden else 'public'}/test_{exercise}.py::{name}"
    return CheckOutcome(check, exercise, f"{exercise}.i", ("E-1",), "t", "h", status, "it differs", observations=tuple(facts.items()))


def shows(exercise: str, mistake: str) -> tuple[CheckOutcome, ...]:
    """Two checks that every mistake fails, and what comes, which tells them apart."""
    return (outcome(exercise, "always"), outcome(exercise, "too", hidden=True), outcome(exercise, "value", v=mistake, w=f"{mistake} again"))


def signature(exercise: str, mistake: str) -> Signature:
    return Signature(exercise, mistake, mistake, features(shows(exercise, mistake), exercise))


TABLE = tuple(signature(exercise, mistake) for exercise in EXERCISES for mistake in MISTAKES)
RETOLD = tuple(
    Sample(exercise, f"{exercise}/{mistake}", mistake, shows(exercise, mistake)) for exercise in EXERCISES for mistake in MISTAKES
)
BREAKAGES = tuple(
    Sample(exercise, f"{exercise}/{number:x}", "", (outcome(exercise, f"other_{number}"), outcome(exercise, "always", Status.PASSED)))
    for exercise in EXERCISES
    for number in range(32)
)


def figures(samples: tuple[Sample, ...], misunderstood: dict[str, str] | None = None) -> dict[str, tuple[float, bool | None]]:
    found = validate(samples, TABLE, misunderstood or {}).figures
    return {figure.name: (figure.value, figure.ok) for figure in found}


def test_a_diagnosis_that_is_always_right_passes_every_gate() -> None:
    found = validate((*RETOLD, *BREAKAGES), TABLE, {})
    assert not found.misses
    assert all(figure.ok is not False for figure in found.figures)
    by_name = {figure.name: figure.value for figure in found.figures}
    assert by_name["diagnosis names it first"] == by_name["breakages that none fits"] == 1.0
    assert by_name["baseline set of failed checks: names it first"] == pytest.approx(1 / 44), "all mistakes fail the same checks"


def test_halves_are_equal_and_keep_a_mistake_together() -> None:
    twice = (*RETOLD, *(replace(sample, key=f"{sample.key}@other") for sample in RETOLD), *BREAKAGES)
    left, right = halves(twice)
    assert abs(len(left) - len(right)) <= 4 and halves(reversed(twice))[0] != []
    assert {(sample.exercise, sample.name) for sample in left if sample.name}.isdisjoint((sample.exercise, sample.name) for sample in right)
    for exercise in EXERCISES:
        for kind in (True, False):
            sizes = [sum(sample.exercise == exercise and bool(sample.name) is kind for sample in half) for half in (left, right)]
            assert abs(sizes[0] - sizes[1]) <= 2


def test_wrong_names_break_the_gates_and_are_listed() -> None:
    swapped = tuple(replace(sample, name=MISTAKES[MISTAKES.index(sample.name) ^ 1]) for sample in RETOLD)
    found = figures((*swapped, *BREAKAGES))
    assert found["diagnosis names it first"] == (0.0, False)
    assert found["precision of what students are told"] == (0.0, False)
    assert validate((*swapped, *BREAKAGES), TABLE, {}).misses


def test_a_breakage_that_looks_like_a_mistake_breaks_its_gate() -> None:
    alike = tuple(replace(sample, name="", key=f"{sample.key} broken") for sample in RETOLD[:64])
    assert figures((*RETOLD, *alike))["breakages that none fits"] == (0.0, False)


def test_a_tie_counts_in_part() -> None:
    twins = (*TABLE, *(replace(item, name=f"{item.name}_twin") for item in TABLE))
    found = {figure.name: figure.value for figure in validate((*RETOLD, *BREAKAGES), twins, {}).figures}
    assert found["diagnosis names it first"] == 0.5
    assert found["diagnosis names it among three"] == 1.0
    assert found["first only level with others, counted in part"] == 44
    assert found["told to students"] == 0, "what cannot be told apart is not shown"


def test_the_chosen_thresholds_never_see_the_reported_half() -> None:
    _, reported = halves((*RETOLD, *BREAKAGES))
    spoilt = {sample.key for sample in reported}
    changed = tuple(replace(sample, outcomes=()) if sample.key in spoilt else sample for sample in (*RETOLD, *BREAKAGES))
    assert validate(changed, TABLE, {}).tuned == validate((*RETOLD, *BREAKAGES), TABLE, {}).tuned


def test_too_few_samples_break_the_gate_and_misunderstood_ones_are_counted_apart() -> None:
    assert figures((*RETOLD[:50], *BREAKAGES[:10]))["mistakes told again"] == (50.0, False)
    assert figures((*RETOLD, *BREAKAGES), {RETOLD[0].key: "another mistake"})["told again, but another mistake"][0] == 1


def test_baselines_look_at_names_only() -> None:
    seen = (outcome("e", "always", Status.ERROR), outcome("e", "too", hidden=True), outcome("e", "value", v="nothing known"))
    assert len(exact_set(seen, "e", TABLE)) == len(MISTAKES)
    assert exact_set(seen[:2], "e", TABLE) == ()
    assert nearest_set(seen[:2], "e", TABLE)[0][1] == pytest.approx(2 / 3)


def test_reasons_are_read_from_the_reviewed_file(tmp_path: Path) -> None:
    assert load_misunderstood(tmp_path / "none.toml") == {}
    (tmp_path / "some.toml").write_text('[[misunderstood]]\nkey = "e/a"\nreason = "has no loop"\n', encoding="utf-8")
    assert load_misunderstood(tmp_path / "some.toml") == {"e/a": "has no loop"}
