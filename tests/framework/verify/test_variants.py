"""Misconceptions are merged over the reference by name; what cannot be merged is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.judge.secret import Secret
from grader.judge.suite import load_suite
from grader.verify.merge import merge
from grader.verify.specimens import find_all
from grader.verify.variants import (
    MalformedVariant,
    build_alternative,
    build_variant,
    find_alternatives,
    find_misconceptions,
    find_retold,
)

BASE = '''"""A module."""

from __future__ import annotations

import math

LIMIT = 3


def helper(x):
    return x + 1


class Model:
    """A model."""

    def __init__(self):
        self.k = 2

    def forward(self, x):
        return helper(x) * self.k
'''


def run(source: str) -> dict[str, object]:
    namespace: dict[str, object] = {}
    exec(compile(source, "merged", "exec"), namespace)
    return namespace


def test_a_function_and_an_assignment_are_replaced() -> None:
    merged = run(merge(BASE, '"""Wrong."""\nLIMIT = 4\n\ndef helper(x):\n    return x\n'))
    assert merged["LIMIT"] == 4 and merged["Model"]().forward(5) == 10


def test_a_class_keeps_the_methods_that_are_not_named() -> None:
    merged = run(merge(BASE, "class Model:\n    def forward(self, x):\n        return self.k\n\n    def extra(self):\n        return 7\n"))
    model = merged["Model"]()
    assert model.forward(1) == 2 and model.extra() == 7


def test_new_helpers_and_imports_are_there_when_they_are_needed() -> None:
    override = "import functools\n\ndef wrap(f):\n    return functools.cache(f)\n\n@wrap\ndef helper(x):\n    return x + 2\n"
    assert run(merge(BASE, override))["helper"](1) == 3


def test_what_is_no_definition_is_refused() -> None:
    with pytest.raises(ValueError, match="neither a definition nor an import"):
        merge(BASE, "for i in range(3):\n    pass\n")


def test_variants_are_found_with_title_explanation_and_hint(tmp_path: Path) -> None:
    folder = tmp_path / "rmsnorm"
    folder.mkdir()
    (folder / "no_root.py").write_text('"""Forgets the root.\n\nFor the TA: it\nis so.\n\nFor the student: look under it.\n"""\nx = 1\n')
    (folder / "both").mkdir()
    (folder / "both" / "transformer.py").write_text('"""Two modules."""\ny = 2\n')
    found = {item.name: item for item in find_alternatives(tmp_path, {"rmsnorm": "rmsnorm.py", "transformer": "transformer.py"})}
    assert found["no_root"].title == "Forgets the root." and found["no_root"].for_the_ta == "it is so."
    assert found["no_root"].for_the_student == "look under it."
    assert found["no_root"].files == (("rmsnorm.py", folder / "no_root.py"),)
    assert found["both"].files == (("transformer.py", folder / "both" / "transformer.py"),)


def test_a_variant_without_docstring_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rmsnorm").mkdir()
    (tmp_path / "rmsnorm" / "silent.py").write_text("x = 1\n")
    with pytest.raises(ValueError, match="no docstring"):
        find_alternatives(tmp_path, {"rmsnorm": "rmsnorm.py"})


def test_packages_are_built_whole(tmp_path: Path) -> None:
    reference = tmp_path / "reference"
    reference.mkdir()
    (reference / "model.py").write_text(BASE)
    (reference / "other.py").write_text("z = 1\n")
    (tmp_path / "v" / "e").mkdir(parents=True)
    (tmp_path / "v" / "e" / "bug.py").write_text('"""Bug."""\ndef helper(x):\n    return 0\n')
    (variant,) = find_alternatives(tmp_path / "v", {"e": "model.py"})
    build_variant(reference, variant, tmp_path / "wrong")
    assert run((tmp_path / "wrong" / "model.py").read_text())["helper"](3) == 0
    assert (tmp_path / "wrong" / "other.py").read_text() == "z = 1\n"
    build_alternative(reference, variant, tmp_path / "other")
    assert "Model" not in run((tmp_path / "other" / "model.py").read_text())


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_mistake_is_laid_over_an_alternative_and_keeps_its_title(tmp_path: Path) -> None:
    modules = {"e": "model.py"}
    write(tmp_path / "reference" / "model.py", BASE)
    write(
        tmp_path / "alternatives" / "e" / "other.py",
        '"""Another way."""\n\n\ndef helper(x):\n    return 1 + x\n\n\ndef more():\n    return 5\n',
    )
    write(
        tmp_path / "wrong" / "e" / "bug.py",
        '"""A bug.\n\nFor the TA: so.\n\nFor the student: look.\n"""\n\n\ndef helper(x):\n    return 0\n',
    )
    write(tmp_path / "wrong" / "e" / "on_other" / "bug.py", '"""Over the other."""\n\n\ndef helper(x):\n    return -1\n')
    write(tmp_path / "wrong" / "e" / "retold" / "bug.py", '"""By somebody else."""\n\n\ndef helper(x):\n    return 0 * x\n')
    write(tmp_path / "wrong" / "e" / "retold" / "on_other" / "bug.py", '"""By somebody else."""\n\n\ndef helper(x):\n    return -2\n')
    alternatives = find_alternatives(tmp_path / "alternatives", modules)
    plain, over = find_misconceptions(tmp_path / "wrong", modules, alternatives)
    assert (plain.key, plain.base, over.key, over.title) == ("e/bug", None, "e/bug@other", "A bug.")
    build_variant(tmp_path / "reference", over, tmp_path / "built")
    merged = run((tmp_path / "built" / "model.py").read_text())
    assert (merged["helper"](3), merged["more"]()) == (-1, 5)
    retold = find_retold(tmp_path / "wrong", modules, (plain, over), alternatives)
    assert [(item.key, item.for_the_ta) for item in retold] == [("e/bug", "so."), ("e/bug@other", "so.")]


def test_a_retold_mistake_without_original_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "e" / "retold" / "unknown.py", '"""By somebody else."""\n')
    with pytest.raises(ValueError, match="no misconception unknown"):
        find_retold(tmp_path, {"e": "model.py"}, (), ())


def test_an_unknown_alternative_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "e" / "on_nothing" / "bug.py", '"""Over nothing."""\n')
    with pytest.raises(ValueError, match="no alternative nothing"):
        find_misconceptions(tmp_path, {"e": "model.py"}, ())


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("bug.py", '"""A bug."""\nx = 1\n', "For the TA"),
        ("bug.py", '"""A bug.\n\nFor the TA: so.\n\nFor students: look.\n"""\nx = 1\n', "For the student"),
        ("bug.py", '"""A bug."""\ndef (:\n', "bug.py, line 2: "),
        ("bug/modle.py", '"""A bug."""\nx = 1\n', "modle.py is no module of the package"),
        ("bug/notes.txt", "nothing", "nothing in it is no module"),
    ],
)
def test_what_would_prove_nothing_is_refused_with_its_file(tmp_path: Path, file: str, text: str, said: str) -> None:
    write(tmp_path / "e" / file, text)
    with pytest.raises(MalformedVariant, match=said):
        find_misconceptions(tmp_path, {"e": "model.py"}, ())


@pytest.mark.parametrize("text", ["def hepler(x):\n    return 0\n", "", "for i in range(2):\n    pass\n"])
def test_an_override_that_changes_nothing_is_refused_with_its_file(tmp_path: Path, text: str) -> None:
    write(tmp_path / "reference" / "model.py", BASE)
    write(tmp_path / "v" / "e" / "bug.py", f'"""Bug."""\n{text}')
    (variant,) = find_alternatives(tmp_path / "v", {"e": "model.py"})
    with pytest.raises(MalformedVariant, match=r"bug\.py: "):
        build_variant(tmp_path / "reference", variant, tmp_path / "built")


def test_statements_that_define_nothing_are_nobodys_place() -> None:
    base = '"""B"""\nimport math\nif True:\n    A = 1\nfor i in range(2):\n    A += i\ndef f(): return A\n'
    merged = run(merge(base, '"""T"""\n\nif True:\n    Z = 2\ndef f(): return A + Z\n'))
    assert merged["f"]() == 4


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("alternatives/rmsnorm/other.py", '"""Another way."""\n\n\nclass RMSNrom:\n    pass\n', "does not define RMSNorm"),
        ("misconceptions/rmsnorn/bug.py", '"""A bug."""\n', "course.toml has no exercise rmsnorn"),
    ],
)
def test_a_misspelt_class_or_folder_is_no_proof(tmp_path: Path, file: str, text: str, said: str) -> None:
    suite = load_suite(Path(__file__).parents[3], "pico-llm", Secret(3, "three"))
    write(tmp_path / "solutions" / file, text)
    with pytest.raises(MalformedVariant, match=said):
        find_all(replace(suite, repository=tmp_path))
