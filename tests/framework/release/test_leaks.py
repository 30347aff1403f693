"""Each kind of leak, planted into a release, is found with file and line; a clean release has none."""

import json
from pathlib import Path

import pytest
from small_repository import FILES, HIDDEN_TEST, MISCONCEPTION, NORM, course_of, make_repository

from grader.release.contents import Contents, release_contents
from grader.release.guarded import guarded_by
from grader.release.leaks import Guarded, Leak, find_leaks
from grader.release.problem import ReleaseRefused

SOLUTION_LINES = NORM.split("\n")[18:21]
KEPT = "PRIVATE KEY"


@pytest.fixture
def contents(tmp_path: Path) -> Contents:
    repository = make_repository(tmp_path)
    return release_contents(course_of(repository), "one", repository)


@pytest.fixture
def guarded(tmp_path: Path, contents: Contents) -> Guarded:
    return guarded_by(tmp_path, contents)


def planted(contents: Contents, guarded: Guarded, name: str, content: str | bytes) -> list[Leak]:
    files = dict(contents.files)
    files[name] = content if isinstance(content, bytes) else files.get(name, b"") + content.encode()
    return [leak for leak in find_leaks(files, guarded) if leak.file == name]


def test_clean_release_has_no_leak(contents: Contents, guarded: Guarded) -> None:
    assert find_leaks(contents.files, guarded) == ()


def test_the_planted_lines_are_the_solution() -> None:
    assert "fsum" in SOLUTION_LINES[0] and "length" in SOLUTION_LINES[2]


DISGUISES = {
    "as it is": ("picollm/renamed.py", "def g(row):\n" + "\n".join(SOLUTION_LINES) + "\n"),
    "other layout": ("tests/test_norm.py", "\n\ntotal=math . fsum(\n value*value\n for value\n\n in row)\nlength = 1\n"),
    "with comments between": ("picollm/x.py", "total = (\n math.fsum(  # one\n value * value  # two\n for value in row))\n"),
    "commented out": ("picollm/given.py", "\n" + "\n".join("# " + line.strip() for line in SOLUTION_LINES)),
    "in the handout": ("handout.md", "\n```python\n" + "\n".join(SOLUTION_LINES) + "\n```\n"),
    "in a docstring": ("picollm/y.py", '"""\n' + "\n".join(SOLUTION_LINES) + '\n"""\n'),
    "removed helper": ("README.md", "try `return first * second + sum(range(first, second)) - 1`"),
}


@pytest.mark.parametrize(("name", "text"), DISGUISES.values(), ids=DISGUISES)
def test_solution_is_found(contents: Contents, guarded: Guarded, name: str, text: str) -> None:
    leaks = planted(contents, guarded, name, text)
    assert {leak.kind for leak in leaks} == {"solution"}
    assert all("solutions/picollm/norm.py:" in leak.what for leak in leaks)


def test_line_is_that_of_the_leak(contents: Contents, guarded: Guarded) -> None:
    leak, *_ = planted(contents, guarded, "picollm/z.py", "x = 1\n\n" + "\n".join(SOLUTION_LINES) + "\n")
    assert (leak.line, leak.what) == (3, "the same words as solutions/picollm/norm.py:19")


def test_short_solution_is_found_whole(contents: Contents, guarded: Guarded) -> None:
    text = "return self.kept.setdefault(tuple(row), self.forward(row))\n"
    assert [leak.kind for leak in planted(contents, guarded, "notes.md", text)] == ["solution"]


def test_solution_in_json_is_found(contents: Contents, guarded: Guarded) -> None:
    lines = [line + "\n" for line in SOLUTION_LINES]
    for value in ({"hint": "\n".join(SOLUTION_LINES)}, {"source": lines}):
        assert {leak.kind for leak in planted(contents, guarded, "more.json", json.dumps(value))} == {"solution"}


def test_hidden_test_is_found(contents: Contents, guarded: Guarded) -> None:
    body = HIDDEN_TEST.split("\n")
    renamed = "\n".join(body[7:]).replace("test_secret_behaviour_of_zero_rows", "test_other")
    assert {leak.kind for leak in planted(contents, guarded, "tests/test_norm.py", renamed)} == {"hidden test"}
    assert [leak.line for leak in planted(contents, guarded, "picollm/w.py", "\n# see test_secret_behaviour_of_zero_rows\n")] == [2]


def test_set_up_that_public_and_hidden_tests_share_is_no_leak(tmp_path: Path) -> None:
    body = "    return [subject.Norm(size).forward([float(entry) for entry in range(size)]) for size in (1, 2, 3, 5, 8)]\n"
    shared = "def model_of(subject):\n" + body
    public = FILES["tests/public/test_norm.py"] + shared
    repository = make_repository(tmp_path, {"tests/hidden/test_norm.py": HIDDEN_TEST + shared, "tests/public/test_norm.py": public})
    contents = release_contents(course_of(repository), "one", repository)
    guarded = guarded_by(repository, contents)
    assert find_leaks(contents.files, guarded) == ()
    assert [leak.kind for leak in planted(contents, guarded, "README.md", HIDDEN_TEST)] != []


def test_check_that_is_public_and_hidden_is_found(tmp_path: Path) -> None:
    pasted = HIDDEN_TEST.replace("from oracles import oracle\n", "").replace("test_secret_behaviour_of_zero_rows", "test_zeros")
    repository = make_repository(tmp_path, {"tests/public/test_norm.py": pasted})
    contents = release_contents(course_of(repository), "one", repository)
    (leak,) = find_leaks(contents.files, guarded_by(repository, contents))
    assert (leak.file, leak.line, leak.kind) == ("tests/test_norm.py", 6, "check that is hidden too")


def test_what_the_handout_prescribes_is_no_leak(tmp_path: Path) -> None:
    signature = "def forward(row, *, epsilon=1e-5, sizes=(1, 2, 3), generator=None, temperature=1.0):\n"
    raises = "    raise ValueError('the row must have at least one entry, and all of them must be finite, but got this')\n"
    repository = make_repository(
        tmp_path, {"solutions/alternatives/norm/other.py": signature + raises, "docs/one.md": FILES["docs/one.md"] + signature + raises}
    )
    contents = release_contents(course_of(repository), "one", repository)
    assert find_leaks(contents.files, guarded_by(repository, contents)) == ()


def test_misconception_and_alternative_are_found(contents: Contents, guarded: Guarded, tmp_path: Path) -> None:
    assert {leak.kind for leak in planted(contents, guarded, "picollm/v.py", MISCONCEPTION)} == {"misconception"}
    alternative = (tmp_path / "solutions/alternatives/norm/other.py").read_text()
    assert {leak.kind for leak in planted(contents, guarded, "picollm/v.py", alternative)} == {"alternative"}


def test_notebook_output_is_found(contents: Contents, guarded: Guarded) -> None:
    run = {"cells": [{"cell_type": "code", "source": [], "outputs": [{"text": "0.5"}], "execution_count": None}]}
    counted = {"cells": [{"cell_type": "code", "source": [], "outputs": [], "execution_count": 3}]}
    clean = {"cells": [{"cell_type": "code", "source": [], "outputs": [], "execution_count": None}]}
    for notebook in (run, counted):
        assert [leak.kind for leak in planted(contents, guarded, "a.ipynb", json.dumps(notebook))] == ["notebook output"]
    assert planted(contents, guarded, "a.ipynb", json.dumps(clean)) == []
    assert [leak.kind for leak in planted(contents, guarded, "a.ipynb", "{")] == ["unreadable"]


@pytest.mark.parametrize(
    "name", [".git/config", "picollm/.git/HEAD", "picollm/norm.py.orig", "all.patch", "picollm/norm.py~", ".ipynb_checkpoints/a.md"]
)
def test_history_is_found(contents: Contents, guarded: Guarded, name: str) -> None:
    assert [leak.kind for leak in planted(contents, guarded, name, "x")] == ["history"]


def test_what_cannot_be_read_is_no_release(contents: Contents, guarded: Guarded) -> None:
    assert [leak.kind for leak in planted(contents, guarded, "model.bin", b"\xff\xfe\x00")] == ["unreadable"]
    assert [leak.kind for leak in planted(contents, guarded, "model.txt", b"a\x00b")] == ["unreadable"]


@pytest.mark.parametrize("marker", ["# BEGIN SOLUTION", "# END SOLUTION", "#BEGIN  SOLUTION"])
def test_marker_is_found(contents: Contents, guarded: Guarded, marker: str) -> None:
    (leak,) = planted(contents, guarded, "picollm/u.py", f"x = 1\n{marker}\n")
    assert (leak.kind, leak.line) == ("marker", 2)


SECRETS = [
    f"-----BEGIN RSA {KEPT}-----",
    "token: ghp_" + "a1" * 18,
    "AKIA" + "ABCD1234" * 2,
    'grading_secret = "0123456789abcdef"',
    '{"api_key": "0123456789abcdef"}',
]


@pytest.mark.parametrize("text", SECRETS)
def test_secret_is_found(contents: Contents, guarded: Guarded, text: str) -> None:
    (leak,) = planted(contents, guarded, "settings.txt", f"\n{text}\n")
    assert (leak.kind, leak.line) == ("secret", 2)


def test_a_scan_that_would_look_for_nothing_is_refused(contents: Contents, tmp_path: Path) -> None:
    (tmp_path / "tests/hidden").rename(tmp_path / "tests/veiled")
    with pytest.raises(ReleaseRefused, match="tests/hidden: the folder is missing"):
        guarded_by(tmp_path, contents)
