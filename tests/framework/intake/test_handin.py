"""What make submit builds and shows is what intake takes and says."""

import os
import zipfile
from pathlib import Path

import pytest
from class_of_students import CLEAN, GIVEN, NORM, PACKAGE, Staff, files_of, student_folder, write_tree
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.checks.deliverables import matches
from grader.checks.given_modules import GIVEN_FILE
from grader.checks.handin import MAX_MODULES, MAX_MODULES_BYTES, build_zip, preview
from grader.checks.home import MAX_MODULE_BYTES, NothingToHandIn
from grader.checks.tree import read_tree

AT_HOME = {
    "README.md": "x",
    "Makefile": "x",
    "handout.md": "x",
    "tests/test_norm.py": "x",
    "grader/checks/handin.py": "x",
    ".venv/lib/python3.11/site-packages/torch/__init__.py": "x",
    "build/old.zip": b"PK",
    "runs/checkpoint.safetensors": b"\0" * 1000,
    "pkg/__pycache__/norm.cpython-311.pyc": b"\0",
    "pkg/notes.txt": "x",
}
WORK = {
    **PACKAGE,
    **AT_HOME,
    "report.pdf": b"%PDF",
    "figures/a.png": b"a",
    "figures/b.png": b"b",
    "members.txt": "Amy\nBob\n",
    "pkg/sub/more.py": "x = 1\n",
}


def test_zip_holds_the_hand_in_and_nothing_else(staff: Staff, tmp_path: Path) -> None:
    folder = student_folder(tmp_path / "home", staff.repository, WORK)
    build_zip(folder, staff.plan, tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        names = archive.namelist()
    assert names == sorted([*PACKAGE, "pkg/sub/more.py", "report.pdf", "figures/a.png", "figures/b.png", "members.txt"])


def test_zip_is_the_same_bytes_whatever_the_times(staff: Staff, tmp_path: Path) -> None:
    folder = student_folder(tmp_path / "home", staff.repository, WORK)
    build_zip(folder, staff.plan, tmp_path / "a.zip")
    for path in folder.rglob("*.py"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o700)
    build_zip(folder, staff.plan, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert list(tmp_path.glob("*.part")) == []


CHANGES = {
    "nothing": {},
    "settings": {"pkg/conftest.py": "import os\n"},
    "changed given module": {"pkg/given.py": "x = 1\n"},
    "syntax error": {"pkg/norm.py": "class Norm(:\n"},
    "forbidden name": {"pkg/norm.py": "import torch\n\nNorm = torch.nn.RMSNorm\n"},
    "a folder in place of a module": {"pkg/norm/__init__.py": "class Norm:\n    x = 1\n", "pkg/given/__init__.py": "x = 1\n"},
    "tangled source": {"pkg/norm.py": "import torch as x0\n" + "\n".join(f"x{n} = x{n - 1}.a or x{n - 1}.b" for n in range(1, 41))},
    "old copy": {"old/pkg/norm.py": "class Norm:\n    x = 1\n"},
    "too large": {"pkg/big.py": "#" * (MAX_MODULE_BYTES + 1)},
    "too large together": {f"pkg/part_{number}.py": "#" * MAX_MODULE_BYTES for number in range(MAX_MODULES_BYTES // MAX_MODULE_BYTES + 1)},
    "too many": {f"pkg/part_{number}.py": "" for number in range(MAX_MODULES + 1)},
    "large figure": {"figures/c.png": b"\0" * (21 * 1024 * 1024)},
    "odd names": {"pkg/ü ber.py": "x = 1\n", "pkg/..odd.py": "x = 1\n"},
    "no members, no report": {"members.txt": ""},
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_intake_agrees_with_the_preview(staff: Staff, tmp_path: Path, changes: dict[str, str | bytes]) -> None:
    folder = student_folder(tmp_path / "home", staff.repository, {**WORK, **changes})
    expected = build_zip(folder, staff.plan, staff.downloads / "amy.zip")
    (submission,) = staff.collect(staff.downloads / "amy.zip")
    code = files_of(submission.root)
    assert set(code) == {item.path for item in (*expected.modules, *expected.given, *expected.delivered)}
    for item in (*expected.modules, *expected.delivered):
        assert code[item.path] == (folder / item.source).read_bytes()
    assert {name: code[name] for name in ("pkg/__init__.py", "pkg/given.py")} == {
        name: CLEAN[name] for name in ("pkg/__init__.py", "pkg/given.py")
    }
    assert (submission.members, submission.problem) == (expected.members, "")
    # What stayed at home cannot be told from the zip; everything else is told in the same words.
    of_the_zip = [note for note in expected.notes if "is not used" not in note and "is ignored" not in note and "not taken" not in note]
    assert [note for note in submission.notes if "cannot be read by Python" not in note] == of_the_zip
    faults = [f"{fault.path}, line {fault.line}, cannot be read by Python: {fault.message}." for fault in expected.faults]
    assert [note for note in submission.notes if "cannot be read by Python" in note] == faults


@pytest.mark.parametrize("shadow", ["norm", "cache", "given", "sub/more"])
def test_folder_that_would_be_imported_in_place_of_a_module_is_left_out(staff: Staff, tmp_path: Path, shadow: str) -> None:
    files = {**WORK, f"pkg/{shadow}/__init__.py": "x = 1\n", f"pkg/{shadow}/below/deep.py": "x = 1\n"}
    seen = preview(student_folder(tmp_path / "home", staff.repository, files), staff.plan)
    assert not [item.path for item in (*seen.modules, *seen.given) if item.path.startswith(f"pkg/{shadow}/")]
    assert f"pkg/{shadow}/__init__.py is not used: Python would import its folder in place of pkg/{shadow}.py." in seen.notes
    assert {"pkg/norm.py", "pkg/cache.py", "pkg/sub/more.py"} <= {item.path for item in seen.modules}


@pytest.mark.parametrize("missing", ["norm", "given"])
def test_folder_does_not_stand_in_for_a_module_that_is_missing(staff: Staff, tmp_path: Path, missing: str) -> None:
    files = {name: text for name, text in PACKAGE.items() if name != f"pkg/{missing}.py"} | {f"pkg/{missing}/__init__.py": NORM}
    seen = preview(student_folder(tmp_path / "home", staff.repository, files), staff.plan)
    assert f"pkg/{missing}/__init__.py" not in {item.path for item in seen.modules}


def test_a_folder_of_ones_own_is_taken(staff: Staff, tmp_path: Path) -> None:
    files = {**PACKAGE, "pkg/own/__init__.py": "x = 1\n", "pkg/own/norm.py": "x = 1\n"}
    seen = preview(student_folder(tmp_path / "home", staff.repository, files), staff.plan)
    assert {"pkg/own/__init__.py", "pkg/own/norm.py"} <= {item.path for item in seen.modules}


def test_package_of_very_many_files_is_cut(staff: Staff, tmp_path: Path) -> None:
    folder = student_folder(tmp_path / "home", staff.repository, {f"pkg/part_{number:03}.py": "" for number in range(MAX_MODULES + 5)})
    seen = preview(folder, staff.plan)
    assert len(seen.modules) == MAX_MODULES
    assert sum("a package may have" in note for note in seen.notes) == 5


def test_preview_tells_what_is_missing(staff: Staff, tmp_path: Path) -> None:
    folder = student_folder(tmp_path / "home", staff.repository, {"pkg/norm.py": NORM, "pkg/given.py": GIVEN, "figures/a.png": b"a"})
    seen = preview(folder, staff.plan)
    assert seen.notes == ("pkg/cache.py is missing, so Cache cannot be checked.",)
    report, figures = seen.deliverables
    assert (report.id, report.files, report.complete) == ("report", (), False)
    assert (figures.id, figures.files, figures.complete) == ("figures", ("figures/a.png",), False)
    assert (seen.members, seen.problem) == ((), "")


def test_preview_tells_why_a_file_stays_at_home(staff: Staff, tmp_path: Path) -> None:
    folder = student_folder(tmp_path / "home", staff.repository, WORK)
    reasons = {item.path: item.reason for item in preview(folder, staff.plan).ignored}
    assert reasons[".venv"] == "a Python environment"
    assert reasons["pkg/__pycache__"] == "compiled code"
    assert {reasons[name] for name in ("README.md", "tests/test_norm.py", "pkg/notes.txt", "build/old.zip")} == {"not part of a hand-in"}


def test_nothing_to_hand_in_is_said(staff: Staff, tmp_path: Path) -> None:
    folder = student_folder(tmp_path / "home", staff.repository, {"README.md": "x"})
    with pytest.raises(NothingToHandIn, match="no folder pkg"):
        build_zip(folder, staff.plan, tmp_path / "out.zip")
    assert not (tmp_path / "out.zip").exists()


@pytest.mark.parametrize("content", [None, "{", "[]", '{"schema": 99, "files": {}}', '{"schema": 1}'])
def test_damaged_folder_is_said(staff: Staff, tmp_path: Path, content: str | None) -> None:
    folder = student_folder(tmp_path / "home", staff.repository)
    (folder / GIVEN_FILE).unlink()
    if content is not None:
        (folder / GIVEN_FILE).write_text(content)
    with pytest.raises(ValueError, match="missing or damaged"):
        preview(folder, staff.plan)


def test_windows_line_ends_do_not_change_a_given_module(staff: Staff, tmp_path: Path) -> None:
    folder = student_folder(tmp_path / "home", staff.repository, {**PACKAGE, "pkg/given.py": GIVEN.replace("\n", "\r\n")})
    assert preview(folder, staff.plan).notes == ()


@pytest.mark.parametrize(
    ("path", "pattern", "fits"),
    [
        ("report.pdf", "report.*", True),
        ("reports.pdf", "report.*", False),
        ("a/report.pdf", "report.*", False),
        ("figures/a.png", "figures/*", True),
        ("figures/b/a.png", "figures/*", False),
        ("figures/b/a.png", "figures/**/*.png", True),
        ("figures/a.png", "figures/**/*.png", True),
        ("figures/a.PNG", "figures/*.png", False),
        ("figures", "figures/*", False),
    ],
)
def test_pattern(path: str, pattern: str, fits: bool) -> None:
    assert matches(path, pattern) is fits


def test_tree_is_bounded_and_follows_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tree(tmp_path / "a", {f"{number}.py": "" for number in range(12)})
    (tmp_path / "a/loop").symlink_to(tmp_path / "a")
    monkeypatch.setattr("grader.checks.tree.MAX_FILES", 10)
    tree = read_tree(tmp_path / "a")
    assert (len(tree.files), tree.cut) == (10, True)
    write_tree(tmp_path / "b", {"d/" * 40 + "x.py": ""})
    deep = read_tree(tmp_path / "b")
    assert (deep.files, deep.cut) == ({}, True)
    write_tree(tmp_path / "c", {"x.py": ""})
    (tmp_path / "c/loop").symlink_to(tmp_path)
    assert [(item.path, item.reason) for item in read_tree(tmp_path / "c").left_out] == [("loop", "a link; only files count")]


NAMES = st.sampled_from(
    ["pkg/norm.py", "pkg/a.py", "norm.py", "x/pkg/norm.py", "y/pkg/cache.py", "pkg/given.py", "conftest.py", "report.md", "z.zip"],
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.dictionaries(NAMES, st.sampled_from(["", "x = 1\n", "class Norm: pass\n", "def (\n", "\0"]), max_size=6))
def test_any_folder_is_understood_or_refused_with_a_sentence(
    staff: Staff, tmp_path_factory: pytest.TempPathFactory, files: dict[str, str]
) -> None:
    folder = student_folder(tmp_path_factory.mktemp("home"), staff.repository, files)
    seen = preview(folder, staff.plan)
    taken = [item.source for item in (*seen.modules, *seen.given, *seen.delivered, *seen.members_file)]
    assert len(taken) == len(set(taken))
    assert seen.problem or seen.modules
    known = {*taken, *(item.path for item in seen.ignored)}
    assert set(files) <= known


def test_packages_that_are_not_installed_are_listed_where_they_are_imported(staff: Staff, tmp_path: Path) -> None:
    code = "import os\nimport torch\nimport absent_log\nfrom pkg import cache\nimport extra\n"
    copes = "try:\n    import absent_fast\nexcept ImportError:\n    pass\n"
    typed = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import absent_types\n"
    files = {**PACKAGE, "pkg/norm.py": f"{NORM}\n{code}{copes}", "pkg/extra.py": typed}
    seen = preview(student_folder(tmp_path / "home", staff.repository, files), staff.plan)
    (note,) = seen.notes
    assert note.startswith("Not installed here, replaced by stand-ins that do nothing: absent_log (pkg/norm.py, line 6).")
