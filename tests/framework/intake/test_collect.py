"""Downloads of every shape become one submission for each student, with their files and nothing else."""

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from class_of_students import CLEAN, GIVEN, NORM, PACKAGE, Staff, below, files_of, write_tree, zipped

from grader.intake.refused import IntakeError

SHAPES = {
    "as submit makes it": (PACKAGE, "amy.zip", "amy"),
    "in a folder": (below("one", PACKAGE), "amy.zip", "amy"),
    "in folders": (below("a/b/one", PACKAGE), "amy.zip", "b"),
    "student's folder": (below("amy", PACKAGE), "download.zip", "amy"),
    "with what macOS adds": ({**PACKAGE, "__MACOSX/pkg/._norm.py": b"\0", ".DS_Store": b"\0"}, "amy.zip", "amy"),
    "with tests, settings and caches": (
        {**PACKAGE, "tests/test_norm.py": "x", "README.md": "x", "pkg/__pycache__/norm.pyc": b"\0", ".git/HEAD": "x"},
        "amy.zip",
        "amy",
    ),
    "windows separators": ({name.replace("/", "\\"): content for name, content in below("one", PACKAGE).items()}, "amy.zip", "amy"),
    "zip in a zip": ({"one.zip": zipped(PACKAGE)}, "amy.zip", "amy"),
    "zip in a folder in a zip": ({"one/submission.zip": zipped(below("x", PACKAGE))}, "amy.zip", "x"),
    "without the folder": ({"norm.py": NORM, "cache.py": "class Cache:\n    pass\n"}, "amy.zip", "amy"),
    "package in a package's name": (below("pkg", PACKAGE), "amy.zip", "amy"),
}


@pytest.mark.parametrize(("files", "name", "label"), SHAPES.values(), ids=SHAPES)
def test_one_submission(staff: Staff, files: dict[str, str | bytes], name: str, label: str) -> None:
    submission = staff.one(zipped(files), name)
    assert (submission.problem, submission.id, submission.student) == ("", label, label)
    assert files_of(submission.root) == CLEAN
    assert submission.root == staff.workspace / label


def test_class_of_zips_folders_and_files(staff: Staff) -> None:
    download = {
        "grades.csv": "name,grade\n",
        "__MACOSX/x": b"\0",
        **below("Zoë Quill", PACKAGE),
        "amy.zip": zipped(below("one", PACKAGE)),
        "bob/late/one.zip": zipped(PACKAGE),
        "carl.py": "class Norm:\n    x = 1\n",
        "dora/thoughts.txt": "I did not manage.\n",
        "erin.rar": b"Rar!",
    }
    submissions = staff.collect(staff.zip(zipped(download)))
    assert [item.id for item in submissions] == ["amy", "bob", "carl", "dora", "erin", "zoe_quill"]
    problems = {item.id: item.problem for item in submissions}
    assert {key for key, problem in problems.items() if problem} == {"dora", "erin"}
    assert "no folder pkg" in problems["dora"] and "make submit" in problems["dora"]
    assert "erin.rar" in problems["erin"]
    assert [item.student for item in submissions if item.id == "zoe_quill"] == ["Zoë Quill"]
    assert [item.source for item in submissions if item.id == "bob"] == ["bob"]
    given = {name: CLEAN[name] for name in ("pkg/__init__.py", "pkg/given.py")}
    assert files_of(staff.workspace / "carl") == {**given, "pkg/norm.py": b"class Norm:\n    x = 1\n"}
    for key in ("amy", "bob", "zoe_quill"):
        assert files_of(staff.workspace / key) == CLEAN


def test_class_in_a_folder_on_disk(staff: Staff) -> None:
    folder = write_tree(staff.downloads / "hw1", {**below("amy", PACKAGE), "bob.zip": zipped(PACKAGE), "feedback.html": "x"})
    before = files_of(folder)
    assert [(item.id, item.problem) for item in staff.collect(folder)] == [("amy", ""), ("bob", "")]
    assert files_of(folder) == before


def test_class_zip_in_a_folder_is_opened(staff: Staff) -> None:
    folder = write_tree(staff.downloads / "hw1", {"all.zip": zipped({**below("amy", PACKAGE), **below("bob", PACKAGE)})})
    assert [item.id for item in staff.collect(folder)] == ["amy", "bob"]


def test_same_name_twice_is_two_submissions_with_stable_ids(staff: Staff) -> None:
    download = {**below("Amy Adams", PACKAGE), "amy_adams.zip": zipped({**PACKAGE, "pkg/norm.py": "class Norm:\n    x = 1\n"})}
    first, second = (item.id for item in staff.collect(staff.zip(zipped(download))))
    assert first.startswith("amy_adams_") and second.startswith("amy_adams_") and first != second
    alone = hashlib.sha256(b"Amy Adams").hexdigest()[:8]
    assert f"amy_adams_{alone}" in (first, second)


def test_rerun_gives_the_same_and_replaces_what_was_there(staff: Staff) -> None:
    path = staff.zip(zipped({**below("amy", PACKAGE), **below("bob", PACKAGE)}))
    first = staff.collect(path)
    write_tree(staff.workspace / "amy", {"pkg/left_over.py": "x = 1\n"})
    assert staff.collect(path) == first
    assert files_of(staff.workspace / "amy") == CLEAN
    assert sorted(path.name for path in staff.workspace.iterdir()) == ["amy", "bob"]


def test_content_hash_is_that_of_names_and_bytes(staff: Staff) -> None:
    plain = staff.one(zipped(PACKAGE))
    wrapped = staff.one(zipped(below("one", {**PACKAGE, "README.md": "mine"}), when=(2025, 1, 1, 0, 0, 0)), "bob.zip")
    changed = staff.one(zipped({**PACKAGE, "pkg/norm.py": NORM + "\n"}), "carl.zip")
    moved = staff.one(zipped({**PACKAGE, "pkg/more.py": NORM}), "dora.zip")
    assert plain.content_hash == wrapped.content_hash
    assert len({plain.content_hash, changed.content_hash, moved.content_hash}) == 3


def test_given_modules_are_the_courses_own(staff: Staff) -> None:
    submission = staff.one(zipped({**PACKAGE, "pkg/given.py": "def helper():\n    return 2\n", "pkg/__init__.py": "raise SystemExit\n"}))
    assert files_of(submission.root) == CLEAN
    assert [note for note in submission.notes if "given module" in note] == [
        "pkg/__init__.py is a given module and was changed; the original is used in its place.",
        "pkg/given.py is a given module and was changed; the original is used in its place.",
    ]
    same = staff.one(zipped({**PACKAGE, "pkg/given.py": GIVEN.replace("\n", "\r\n")}), "bob.zip")
    assert files_of(same.root) == CLEAN
    assert not [note for note in same.notes if "given" in note]


@pytest.mark.parametrize(
    "name", ["pkg/conftest.py", "conftest.py", "tests/conftest.py", "pkg/sitecustomize.py", "evil.pth", "pkg/usercustomize.py"]
)
def test_settings_of_python_and_pytest_never_come_in(staff: Staff, name: str) -> None:
    submission = staff.one(zipped({**PACKAGE, name: "import os\n", "pytest.ini": "[pytest]\naddopts = -p evil\n"}))
    assert files_of(submission.root) == CLEAN
    assert f"{name} is not used: settings of Python or pytest are no part of a solution." in submission.notes


def test_deliverables_and_members(staff: Staff) -> None:
    extra = {"report.pdf": b"%PDF", "members.txt": "Amy Adams\n\n# us\nBob \x1b[31mBrown\n", "code/pkg/sub/more.py": "x = 1\n"}
    figures = {"figures/a.png": b"a", "figures/b.png": b"b", "figures/deep/c.png": b"c", "figures/d.gif": b"d"}
    submission = staff.one(zipped({**below("code", PACKAGE), **extra, **below("code", figures)}))
    wanted = {"report.pdf", "figures/a.png", "figures/b.png", "pkg/sub/more.py"}
    assert set(files_of(submission.root)) == {*CLEAN, *wanted}
    assert submission.members == ("Amy Adams", "Bob [31mBrown")


def test_several_packages_are_a_problem_unless_one_is_on_top(staff: Staff) -> None:
    two_copies = {**below("amy/new", PACKAGE), **below("amy/old", PACKAGE)}
    old_beside = {**below("bob", PACKAGE), **below("bob/old", PACKAGE)}
    amy, bob = staff.collect(staff.zip(zipped({**two_copies, **old_beside})))
    assert amy.problem.startswith("There are several folders named pkg: new/pkg, old/pkg.")
    assert files_of(amy.root) == {}
    assert bob.problem == ""
    assert "The package in pkg counts; old/pkg is ignored." in bob.notes


def test_broken_file_is_told_and_costs_only_itself(staff: Staff) -> None:
    submission = staff.one(zipped({**PACKAGE, "pkg/norm.py": "class Norm:\n    def f(:\n"}))
    assert submission.problem == ""
    assert "pkg/norm.py, line 2, cannot be read by Python: invalid syntax." in submission.notes


def test_forbidden_name_is_told_with_its_line(staff: Staff) -> None:
    submission = staff.one(zipped({**PACKAGE, "pkg/norm.py": "from torch import nn\n\nNorm = nn.RMSNorm\n"}))
    assert "pkg/norm.py, line 3, uses torch.nn.RMSNorm, which is not allowed in Norm." in submission.notes


def test_missing_module_is_told(staff: Staff) -> None:
    submission = staff.one(zipped({"pkg/norm.py": NORM}))
    assert submission.problem == ""
    assert "pkg/cache.py is missing, so Cache cannot be checked." in submission.notes


@pytest.mark.parametrize("files", [{}, {"notes.txt": "x"}])
def test_download_without_submission_is_an_error(staff: Staff, files: dict[str, str]) -> None:
    with pytest.raises(IntakeError, match="no submission"):
        staff.collect(staff.zip(zipped(files)))


def test_missing_or_damaged_download_is_an_error(staff: Staff) -> None:
    with pytest.raises(IntakeError, match="no folder and no zip"):
        staff.collect(staff.downloads / "nowhere")
    with pytest.raises(IntakeError, match="not a zip that can be opened"):
        staff.collect(staff.zip(b"PK nonsense"))


def test_empty_and_nearly_empty_submissions_are_kept(staff: Staff) -> None:
    download = {**below("amy", PACKAGE), "bob.zip": zipped({}), "carl.zip": zipped({"pkg/given.py": GIVEN}), "dora.ipynb": "{}"}
    problems = {item.id: item.problem for item in staff.collect(staff.zip(zipped(download)))}
    assert problems["amy"] == ""
    assert problems["bob"].startswith("It is empty.")
    assert "no module of your own" in problems["carl"]
    assert "dora.ipynb is called a notebook, and holds no list of cells." in problems["dora"]


def test_single_file_with_names_of_two_exercises_is_a_problem(staff: Staff) -> None:
    both = staff.one(zipped({"all.py": NORM + "\n\ndef evict():\n    pass\n"}))
    assert "defines the names of pkg.norm, pkg.cache" in both.problem
    none = staff.one(zipped({"all.py": "x = 1\n"}), "bob.zip")
    assert "no exercise" in none.problem


class TestTime:
    def test_zip_in_a_class_zip_has_its_entrys_time_in_the_courses_zone(self, staff: Staff) -> None:
        inner = zipped(PACKAGE, when=(2020, 1, 1, 0, 0, 0))
        download = zipped({"amy.zip": inner, "bob.zip": inner}, when=(2026, 10, 24, 23, 59, 58))
        expected = datetime(2026, 10, 24, 23, 59, 58, tzinfo=ZoneInfo("Europe/Berlin"))
        assert [item.submitted_at for item in staff.collect(staff.zip(download))] == [expected, expected]

    def test_folder_in_a_class_zip_has_the_time_of_its_newest_file(self, staff: Staff) -> None:
        download = zipped({**below("amy", PACKAGE), **below("bob", PACKAGE)}, when=(2026, 10, 24, 12, 0, 2))
        assert {item.submitted_at for item in staff.collect(staff.zip(download))} == {datetime(2026, 10, 24, 10, 0, 2, tzinfo=UTC)}

    def test_earliest_time_a_zip_can_hold_means_not_told(self, staff: Staff) -> None:
        download = zipped({**below("amy", PACKAGE), **below("bob", PACKAGE)}, when=(1980, 1, 1, 0, 0, 0))
        assert {item.submitted_at for item in staff.collect(staff.zip(download))} == {None}

    def test_file_on_disk_has_its_own_time(self, staff: Staff) -> None:
        path = staff.zip(zipped(PACKAGE), "amy.zip")
        os.utime(path, (1_800_000_000, 1_800_000_000))
        (submission,) = staff.collect(path)
        assert submission.submitted_at == datetime.fromtimestamp(1_800_000_000, UTC)


def test_link_in_a_folder_is_not_followed(staff: Staff, tmp_path: Path) -> None:
    secret = write_tree(tmp_path / "staff", {"secret.py": "SECRET = 1\n"})
    folder = write_tree(staff.downloads / "hw1", {**below("amy", PACKAGE), **below("bob", {"pkg/norm.py": NORM})})
    (folder / "amy/pkg/stolen.py").symlink_to(secret / "secret.py")
    (folder / "bob/pkg/deep").symlink_to(secret)
    (folder / "carl").symlink_to(secret)
    os.mkfifo(folder / "amy/pkg/pipe.py")
    amy, bob = staff.collect(folder)
    assert files_of(amy.root) == CLEAN
    assert "SECRET" not in "".join(content.decode() for content in files_of(bob.root).values())
    assert any("pkg/stolen.py (a link; only files count)" in note and "pkg/pipe.py (not an ordinary file)" in note for note in amy.notes)
