"""A notebook in place of the package: what it defines is taken without running the rest, and whatever is wrong with it is told."""

import json
import sys
from pathlib import Path

import pytest
from class_of_students import CLEAN, GIVEN, INIT, NORM, PACKAGE, Staff, below, files_of, write_tree, zipped

from grader.checks.home import MAX_MODULE_BYTES
from grader.intake.cells import read_cell
from grader.intake.needed import needed_source
from grader.intake.notebook import MAX_NOTEBOOK_BYTES
from grader.intake.submission import Submission


def notebook(*cells: str, **more: object) -> bytes:
    """A notebook of these code cells, as Jupyter writes it: text as lists of lines, a cell of prose first."""
    prose = {"cell_type": "markdown", "metadata": {}, "source": "class Norm: is what we write here"}
    code = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": text.splitlines(keepends=True)}
        for text in cells
    ]
    metadata = {"kernelspec": {"name": "python3", "language": "python"}, "language_info": {"name": "python", "version": "3.12.0"}}
    return json.dumps({"cells": [prose, *code], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5, **more}).encode()


def one(staff: Staff, content: bytes) -> Submission:
    (submission,) = staff.collect(write_tree(staff.downloads / "hw1", {"amy.ipynb": content}))
    return submission


def defined(source: str, *names: str) -> list[object]:
    """The values of these names in a module of that source."""
    space: dict[str, object] = {"__name__": "pkg.norm"}
    exec(compile(source, "norm.py", "exec"), space)
    return [space[name] for name in names]


def made_of(*cells: str, names: tuple[str, ...] = ("Norm",)) -> str:
    statements = [statement for number, text in enumerate(cells) for statement in read_cell(text, f"cell {number}").statements]
    return needed_source(statements, names)


class TestTaken:
    def test_definitions_become_modules_and_nothing_else_is_run(self, staff: Staff) -> None:
        cells = (
            "import os\nEPS = 1e-5\n",
            "class Norm:\n    eps = EPS\n",
            "raise SystemExit\n",
            "def evict():\n    return os.sep\n\nevict()\n",
        )
        submission = one(staff, notebook(*cells))
        assert (submission.problem, submission.student) == ("", "amy")
        files = files_of(submission.root)
        assert set(files) == set(CLEAN)
        assert b"EPS = 1e-5\nclass Norm:\n    eps = EPS\n" in files["pkg/norm.py"]
        assert b"import os\ndef evict():\n    return os.sep\n" in files["pkg/cache.py"]
        together = files["pkg/norm.py"] + files["pkg/cache.py"]
        assert b"SystemExit" not in together and b"evict()\n\n" not in together
        assert submission.notes[0].startswith("The notebook amy.ipynb was taken as pkg/norm.py, pkg/cache.py:")

    def test_what_is_not_in_it_is_missing(self, staff: Staff) -> None:
        submission = one(staff, notebook(NORM))
        assert submission.problem == ""
        assert "pkg/cache.py is missing, so Cache cannot be checked." in submission.notes

    @pytest.mark.parametrize("place", ["amy/work.ipynb", "amy/code/deep/work.ipynb", "amy/sent.zip"])
    def test_in_a_folder_a_class_and_a_zip_with_its_report(self, staff: Staff, place: str) -> None:
        work = notebook(NORM)
        content = zipped({"work.ipynb": work}) if place.endswith("zip") else work
        amy, bob = staff.collect(staff.zip(zipped({place: content, "amy/report.pdf": b"%PDF", **below("bob", PACKAGE)})))
        assert (amy.problem, bob.problem) == ("", "")
        assert set(files_of(amy.root)) == {"pkg/__init__.py", "pkg/given.py", "pkg/norm.py", "report.pdf"}

    def test_forbidden_name_is_found_in_it(self, staff: Staff) -> None:
        submission = one(staff, notebook("from torch import nn\n", "Norm = nn.RMSNorm\n"))
        assert any("uses torch.nn.RMSNorm, which is not allowed in Norm" in note for note in submission.notes)

    def test_what_lies_where_the_modules_go_is_in_nobodys_way(self, staff: Staff) -> None:
        download = {"amy/work.ipynb": notebook(NORM), "amy/pkg": "x", "bob/work.ipynb": notebook(NORM), "bob/pkg/norm.py/x": "x"}
        for submission in staff.collect(staff.zip(zipped(download))):
            assert (submission.problem, set(files_of(submission.root))) == ("", {"pkg/__init__.py", "pkg/given.py", "pkg/norm.py"})

    def test_import_of_a_name_is_no_definition_of_it(self, staff: Staff) -> None:
        submission = one(staff, notebook("from pkg.norm import Norm\n", "def evict():\n    return Norm\n"))
        assert set(files_of(submission.root)) == set(CLEAN) - {"pkg/norm.py"}


class TestBesidePackage:
    @pytest.mark.parametrize("code", [PACKAGE, {"norm.py": NORM}], ids=["package", "one module"])
    def test_python_files_count_and_that_is_said(self, staff: Staff, code: dict[str, str]) -> None:
        submission = staff.one(zipped({**code, "work.ipynb": notebook("class Norm:\n    other = 1\n")}))
        assert submission.problem == ""
        assert files_of(submission.root)["pkg/norm.py"] == CLEAN["pkg/norm.py"]
        assert "work.ipynb is not looked at: the Python files of pkg count." in submission.notes

    def test_package_without_work_of_ones_own_stays_a_problem(self, staff: Staff) -> None:
        submission = staff.one(zipped({"pkg/given.py": GIVEN, "pkg/__init__.py": INIT, "work.ipynb": notebook(NORM)}))
        assert "no module of your own" in submission.problem

    def test_checkpoints_of_jupyter_are_no_second_notebook(self, staff: Staff) -> None:
        checkpoint = {"amy/.ipynb_checkpoints/work-checkpoint.ipynb": notebook("class Norm:\n    old = 1\n")}
        (submission,) = staff.collect(write_tree(staff.downloads / "hw1", {"amy/work.ipynb": notebook(NORM), **checkpoint}))
        assert (submission.problem, files_of(submission.root)["pkg/norm.py"].endswith(NORM.encode())) == ("", True)


REFUSED = {
    "empty file": (b"", "amy.ipynb is damaged"),
    "cut off": (notebook(NORM)[:-20], "amy.ipynb is damaged"),
    "not JSON": (b"class Norm: pass\n", "amy.ipynb is damaged"),
    "binary": (bytes(range(256)), "amy.ipynb is damaged"),
    "nested deep": (b"[" * 100_000, "amy.ipynb is damaged"),
    "a number of many digits": (b'{"cells": ' + b"9" * 10_000 + b"}", "amy.ipynb is damaged"),
    "no object": (b"[]", "holds no list of cells"),
    "no cells": (b"{}", "holds no list of cells"),
    "cells of another kind": (b'{"cells": {"source": "x"}}', "holds no list of cells"),
    "old format": (b'{"nbformat": 3, "worksheets": [{"cells": []}]}', "before version 4"),
    "another language": (notebook(NORM, metadata={"kernelspec": {"language": "R"}}), "is a notebook for 'R', and Python is needed"),
    "nothing asked for": (notebook("x = 1\n"), "No code cell of amy.ipynb defines what the course asks for (Cache, Norm, evict)."),
    "only in prose": (notebook(), "No code cell of amy.ipynb defines"),
    "broken cell": (notebook("class Norm:\n  def f(:\n"), "amy.ipynb, code cell 1, line 2, cannot be read by Python: invalid syntax."),
    "cells that are no cells": (
        json.dumps({"cells": [1, None, {"cell_type": "code"}, {"cell_type": "code", "source": [1]}]}).encode(),
        "defines",
    ),
    "odd metadata": (json.dumps({"cells": [], "metadata": {"language_info": [], "kernelspec": {"language": 3}}}).encode(), "defines"),
    "too much code": (notebook("#" * (MAX_MODULE_BYTES + 1)), f"{MAX_MODULE_BYTES + 1:,} characters of code"),
    "huge": (b" " * (MAX_NOTEBOOK_BYTES + 1), f"{MAX_NOTEBOOK_BYTES + 1:,} bytes"),
}


@pytest.mark.parametrize(("content", "sentence"), REFUSED.values(), ids=REFUSED)
def test_notebook_that_cannot_count_says_why(staff: Staff, content: bytes, sentence: str) -> None:
    submission = one(staff, content)
    assert sentence in submission.problem
    assert files_of(submission.root) == {}


def test_several_notebooks(staff: Staff) -> None:
    work, notes = notebook(NORM), notebook("x = 1\n")
    download = {
        "amy/a.ipynb": work,
        "amy/b.ipynb": notes,
        "amy/c.ipynb": b"{",
        "bob/a.ipynb": work,
        "bob/b.ipynb": work,
        **{f"eve/{number}.ipynb": notes for number in range(11)},
    }
    amy, bob, eve = staff.collect(staff.zip(zipped(download)))
    assert amy.problem == ""
    assert any(note.startswith("The notebook a.ipynb was taken") for note in amy.notes)
    assert any(note.startswith("c.ipynb is damaged") for note in amy.notes)
    assert bob.problem == "Several notebooks define what the course asks for: a.ipynb, b.ipynb. Hand in the one that counts."
    assert "11 notebooks and no package" in eve.problem


class TestCells:
    @pytest.mark.parametrize(
        "line",
        [
            "!pip install torch",
            "%matplotlib inline",
            "    !ls",
            "?Norm",
            "Norm??",
            "files = !ls *.py",
            "t = %timeit -o f()",
            "%%timed x = 1",
        ],
    )
    def test_line_that_is_no_python_is_dropped_and_listed(self, line: str) -> None:
        cell = read_cell(f"x = 10\nif x:\n    pass\n{line}\ny = x % 3\n", "cell")
        assert (cell.dropped, cell.faults) == ((line.strip(),), ())
        assert cell.statements[-1].source == "y = x % 3"

    def test_shell_line_inside_a_block_keeps_the_block(self) -> None:
        cell = read_cell("def install():\n    !pip install \\\n        torch\n    return 1\n", "cell")
        assert cell.dropped == ("!pip install \\", "torch")
        assert cell.statements[0].source == "def install():\n    pass\n\n    return 1"

    def test_magic_of_the_whole_cell(self) -> None:
        assert read_cell("%%bash\nls\nclass Norm: pass\n", "cell").dropped == ("%%bash",)
        assert read_cell("%%bash\nls\n", "cell").statements == ()
        timed = read_cell("\n%%time\nx = 1\n", "cell")
        assert ([item.source for item in timed.statements], timed.dropped) == (["x = 1"], ("%%time",))

    def test_cell_that_is_python_is_left_as_it_is(self) -> None:
        text = 'x = """\n!ls\n%time\n"""\ny = (x\n     % 3)\n'
        cell = read_cell(text, "cell")
        assert (cell.dropped, "\n".join(item.source for item in cell.statements)) == ((), text.rstrip())

    def test_broken_cell_costs_only_its_own_names(self, staff: Staff) -> None:
        submission = one(staff, notebook("class Norm:\n    pass\n", "def evict(:\n", "class Cache:\n    print 'x'\n"))
        assert submission.problem == ""
        assert set(files_of(submission.root)) == {"pkg/__init__.py", "pkg/given.py", "pkg/norm.py"}
        told = [note for note in submission.notes if "cannot be read by Python" in note]
        assert [note.partition(" cannot")[0] for note in told] == ["amy.ipynb, code cell 2, line 1,", "amy.ipynb, code cell 3, line 2,"]

    def test_statement_that_cannot_stand_at_the_top_costs_only_itself(self) -> None:
        cell = read_cell("nonlocal x\ny = 1\n", "cell")
        assert [item.source for item in cell.statements] == ["y = 1"]
        assert cell.faults[0].told.startswith("cell, line 1, cannot be read by Python: nonlocal declaration not allowed")

    def test_many_dropped_lines_and_faults_are_cut(self, staff: Staff) -> None:
        submission = one(staff, notebook(NORM, *["!ls"] * 8, *["def ("] * 8))
        assert "Left out: lines that are no Python: !ls; !ls; !ls; !ls; !ls and 3 more." in submission.notes
        assert "More cells cannot be read by Python: 3." in submission.notes

    def test_lines_that_act_on_a_terminal_are_shown_without_that(self, staff: Staff) -> None:
        submission = one(staff, notebook(NORM, "!\x1b[2J\n"))
        assert "Left out: lines that are no Python: !?[2J." in submission.notes

    @pytest.mark.parametrize("end", ["\r\n", "\r"])
    def test_line_ends_of_other_systems(self, end: str) -> None:
        assert read_cell(f"x = 1{end}!ls{end}y = 'é'; z = 2{end}", "cell").dropped == ("!ls",)
        assert [item.source for item in read_cell(f"x = 1{end}y = 'é'; z = 2{end}", "c").statements] == ["x = 1", "y = 'é'", "z = 2"]

    def test_lone_surrogate_costs_its_cell(self, staff: Staff) -> None:
        submission = one(staff, notebook("class Cache:\n    x = '\ud800'\n", NORM))
        assert (submission.problem, "pkg/cache.py" in files_of(submission.root)) == ("", False)
        assert any(note.startswith("amy.ipynb, code cell 1 cannot be read by Python") for note in submission.notes)


class TestNeeded:
    def test_last_definition_counts(self) -> None:
        assert defined(made_of("class Norm:\n    x = 1\n", "class Norm:\n    x = 2\n"), "Norm")[0].x == 2

    def test_unneeded_statements_stay_out(self) -> None:
        source = made_of(
            "import wandb\nEPS, K = 1, 2\n", "for i in range(3):\n    train(i)\n", "class Norm:\n    def f(self, i):\n        return EPS\n"
        )
        assert "wandb" not in source and "train" not in source
        assert defined(source, "Norm")[0]().f(0) == 1

    def test_function_reads_what_is_there_in_the_end_and_a_class_body_what_was_there(self) -> None:
        source = made_of("K = 1\n", "class Norm:\n    now = K\n    def later(self):\n        return [K for _ in 'ab']\n", "K = 2\n")
        norm = defined(source, "Norm")[0]
        assert (norm.now, norm().later()) == (1, [2, 2])

    def test_value_built_step_by_step_is_whole(self) -> None:
        cells = (
            "T = {}\nT['a'] = 1\n",
            "T['b'] = 2\nn = 1\nn += 1\nn += 1\n",
            "class Norm:\n    table, n = T, n\n",
            "def f(self):\n    return 7\n",
            "Norm.f = f\n",
        )
        norm = defined(made_of(*cells), "Norm")[0]
        assert (norm.table, norm.n, norm().f()) == ({"a": 1, "b": 2}, 3, 7)

    def test_name_defined_from_itself(self) -> None:
        norm = defined(
            made_of("class Norm:\n    x = 1\n", "class Norm(Norm):\n    y = 2\n", "Norm = staticmethod(Norm).__func__\n"), "Norm"
        )[0]
        assert (norm.x, norm.y) == (1, 2)

    def test_decorators_and_future_imports(self) -> None:
        cells = (
            "import functools\n",
            "@functools.cache\ndef evict(x: Undefined = 1):\n    return x\n",
            "from __future__ import annotations\n",
        )
        assert defined(made_of(*cells, names=("evict",)), "evict")[0]() == 1

    def test_star_import_is_kept_because_nobody_knows_what_it_binds(self) -> None:
        assert defined(made_of("from math import *\n", "class Norm:\n    x = floor(pi)\n"), "Norm")[0].x == 3

    def test_annotation_and_deletion_are_no_definitions(self) -> None:
        assert defined(made_of("K = 5\n", "K: int\n", "class Norm:\n    x = K\n", "del K\n"), "Norm")[0].x == 5

    def test_encoding_comment_of_a_cell_is_only_a_comment(self, staff: Staff) -> None:
        submission = one(staff, notebook("# coding: latin-1\nclass Norm:\n    # coding: latin-1\n    x = 'é'\n"))
        source = files_of(submission.root)["pkg/norm.py"]
        assert defined(source, "Norm")[0].x == "é"

    def test_module_is_importable(self, staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
        submission = one(staff, notebook("from pkg.given import helper\n", "class Norm:\n    x = helper()\n"))
        monkeypatch.syspath_prepend(str(submission.root))
        try:
            module = __import__("pkg.norm", fromlist=["Norm"])
            assert (module.Norm.x, Path(module.__file__).is_relative_to(submission.root)) == (1, True)
        finally:
            for name in [name for name in sys.modules if name.partition(".")[0] == "pkg"]:
                del sys.modules[name]
