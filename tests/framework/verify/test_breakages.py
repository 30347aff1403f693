"""Mechanical breakages: deterministic, named by what they change, and the reviewed table still fits the reference."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.checks.outcome import CheckOutcome, Status
from grader.verify.breakages import REVIEWED, build_breakage, draw, load_breakages, problems_of_breakage, table_text
from grader.verify.mutation import Mutant, mutants

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "solutions" / "picollm"
MODULE = '''"""Docstring 1."""

def mean(values: list[float], floor: int = 0) -> float:
    """Docstring 2."""
    total = sum(values, start=0.5)
    if total < floor:
        raise ValueError("below 3")
    return total.clone() / len(values)
'''


def changes(source: str) -> set[tuple[str, str, str]]:
    return {(item.operator, item.before, item.after) for item in mutants(source)}


def test_each_operator_makes_one_small_change() -> None:
    found = changes(MODULE)
    assert ("nearby comparison", "if total < floor:", "if total <= floor:") in found
    assert ("turn comparison", "if total < floor:", "if total > floor:") in found
    assert ("negate condition", "if total < floor:", "if not total < floor:") in found
    assert ("drop statement", "if total < floor:", "pass") in found
    assert ("drop keyword", "total = sum(values, start=0.5)", "total = sum(values)") in found
    assert ("other constant", "total = sum(values, start=0.5)", "total = sum(values, start=2.0)") in found
    assert ("swap operands", "return total.clone() / len(values)", "return len(values) / total.clone()") in found
    assert ("drop call", "return total.clone() / len(values)", "return total / len(values)") in found


def test_texts_signatures_and_raised_errors_stay() -> None:
    for mutant in mutants(MODULE):
        assert "Docstring 1" in mutant.source and "Docstring 2" in mutant.source and "floor: int = 0" in mutant.source
        assert "below 3" in mutant.source or mutant.after == "pass"


def test_every_mutant_of_the_reference_is_a_module_that_differs_and_is_named_once() -> None:
    source = (PACKAGE / "rmsnorm.py").read_text(encoding="utf-8")
    made = mutants(source)
    for mutant in made:
        compile(mutant.source, "rmsnorm.py", "exec")
        assert mutant.before != mutant.after
    assert len({(item.where, item.before, item.after) for item in made}) == len(made) > 30
    assert made == mutants(source)


def test_the_order_is_that_of_a_hash_and_survives_the_table(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(MODULE, encoding="utf-8")
    drawn = draw("e", {"m.py": MODULE}, 5)
    assert drawn == draw("e", {"m.py": MODULE}, 7)[:5]
    table = tmp_path / "table.toml"
    table.write_text(table_text(drawn), encoding="utf-8")
    assert load_breakages(table, tmp_path) == drawn
    (tmp_path / "m.py").write_text(MODULE.replace("len(values)", "max(1, len(values))").replace("0.5", "0.25"), encoding="utf-8")
    with pytest.raises(ValueError, match="review it anew"):
        load_breakages(table, tmp_path)


def test_a_table_that_the_checks_contradict_is_told() -> None:
    first = draw("e", {"m.py": MODULE}, 1)[0]
    passed = CheckOutcome("hidden/test_e.py::a", "e", "e.i", ("E-1",), "t", "h", Status.PASSED)
    failed = replace(passed, status=Status.FAILED)
    assert not list(problems_of_breakage(first, [passed, failed]))
    assert "fails no check" in next(problems_of_breakage(first, [passed]))
    assert "is caught now" in next(problems_of_breakage(replace(first, not_caught="the same"), [failed]))
    assert not list(problems_of_breakage(replace(first, not_caught="the same"), [passed]))


def test_a_breakage_changes_one_module(tmp_path: Path) -> None:
    first = draw("rmsnorm", {"rmsnorm.py": (PACKAGE / "rmsnorm.py").read_text(encoding="utf-8")}, 1)[0]
    build_breakage(PACKAGE, first, tmp_path / "picollm")
    differing = [path.name for path in sorted(PACKAGE.glob("*.py")) if path.read_bytes() != (tmp_path / "picollm" / path.name).read_bytes()]
    assert differing == ["rmsnorm.py"]


def test_the_reviewed_table_fits_the_reference_and_is_spread_over_the_exercises() -> None:
    reviewed = load_breakages(ROOT / REVIEWED, PACKAGE)
    samples = [item for item in reviewed if item.is_sample]
    assert len(samples) >= 60
    assert len({item.key for item in reviewed}) == len(reviewed)
    for exercise in {item.exercise for item in reviewed}:
        assert sum(item.exercise == exercise for item in samples) >= 6
    for item in reviewed:
        assert not (item.same_as and item.not_caught)
        for name in item.same_as:
            folder = ROOT / "solutions" / "misconceptions" / item.exercise
            assert (folder / f"{name}.py").exists() or (folder / name).is_dir(), f"{item.key}: no misconception {name}"


@pytest.mark.parametrize("exercise", ["rmsnorm", "kgram_mlp", "nucleus_sampling", "generation"])
def test_the_reviewed_ones_are_the_first_of_their_module(exercise: str) -> None:
    rows = [item.key for item in load_breakages(ROOT / REVIEWED, PACKAGE) if item.exercise == exercise]
    name = f"{exercise}.py"
    assert rows == [item.key for item in draw(exercise, {name: (PACKAGE / name).read_text(encoding="utf-8")}, len(rows))]


def test_a_mutant_says_where_it_is() -> None:
    nested = "class A:\n\n    def f(self):\n        for x in y:\n            z = x + 1\n"
    assert Mutant("off by one", "A.f", "z = x + 1", "z = x + 2", nested.replace("+ 1", "+ 2")) in mutants(nested)
