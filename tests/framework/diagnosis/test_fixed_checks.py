"""Checks that draw random inputs are told from those that ask everybody the same."""

from pathlib import Path

from grader.diagnosis.fixed_checks import fixed_checks

SOURCE = """
@pytest.mark.check("e.i")
def test_by_hand(subject, observe): ...

@pytest.mark.check("e.i")
def test_random(subject, gen): ...

@pytest.mark.check("e.i")
@property_check({"dim": 1})
def test_property(subject, dim): ...

@pytest.mark.check("e.i", alpha=1e-12)
def test_frequencies(subject): ...

def helper(gen): ...
"""


def test_source_of_random_inputs(tmp_path: Path) -> None:
    folder = tmp_path / "hidden"
    folder.mkdir()
    (folder / "test_e.py").write_text(SOURCE)
    assert fixed_checks([folder]) == {"hidden/test_e.py::test_by_hand"}


def test_the_suites_have_both_kinds() -> None:
    root = Path(__file__).parents[3]
    fixed = fixed_checks([root / "tests" / "public", root / "tests" / "hidden"])
    assert "public/test_rmsnorm.py::test_handout_example" in fixed
    assert "hidden/test_rmsnorm.py::test_formula" not in fixed
