"""The release as a whole: what is in it, what never is, whole or not at all, the same bytes each time."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from small_repository import NORM, course_of, make_repository

from grader.checks.plan import Plan
from grader.release.generate import LeakFound, build_zip, check_starter_is_current, generate
from grader.release.problem import ReleaseRefused

EXPECTED = {
    "README.md",
    "Makefile",
    "pyproject.toml",
    "requirements.txt",
    "handout.md",
    "course.json",
    "given.json",
    "3seqs.txt",
    "data/stories/train.txt",
    "picollm/__init__.py",
    "picollm/norm.py",
    "picollm/cache.py",
    "picollm/given.py",
    "tests/test_norm.py",
    "tests/test_cache.py",
    "grader/__init__.py",
    "grader/checks/__init__.py",
    "grader/checks/probes/count.py",
}


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def released(tmp_path: Path, changes: dict[str, str] | None = None) -> Path:
    repository = make_repository(tmp_path / "repository", changes)
    generate(course_of(repository), "one", repository, tmp_path / "starter" / "one")
    return tmp_path / "starter" / "one"


def test_holds_exactly_what_is_on_the_list(tmp_path: Path) -> None:
    out = released(tmp_path)
    assert set(files_of(out)) == EXPECTED
    assert list(out.parent.iterdir()) == [out]


def test_stub_names_exercise_and_section(tmp_path: Path) -> None:
    text = (released(tmp_path) / "picollm/norm.py").read_text()
    assert text.count('raise NotImplementedError("norm is not started: see handout section 1, Norms")') == 2
    assert text.count('raise NotImplementedError("cache is not started: see handout section 2, Caches")') == 1
    assert "epsilon" not in text and "_hidden_helper" not in text
    assert "import math" in text and '        return "norm"\n' in text


def test_report_tells_what_was_made(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "repository")
    report = generate(course_of(repository), "one", repository, tmp_path / "a")
    again = generate(course_of(repository), "one", repository, tmp_path / "b")
    assert set(report.files) == EXPECTED
    assert (report.stubs, report.regions) == (("picollm/norm.py", "picollm/cache.py"), 6)
    assert report.digest == again.digest
    (repository / "3seqs.txt").write_text("changed\n")
    assert generate(course_of(repository), "one", repository, tmp_path / "b").digest != report.digest


def test_plan_can_be_read_back(tmp_path: Path) -> None:
    plan = Plan.from_json((released(tmp_path) / "course.json").read_text())
    assert [exercise.handout for exercise in plan.exercises] == ["1. Norms", "2. Caches"]


def test_old_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    out = released(tmp_path)
    (out / "picollm/left_over.py").write_text("x = 1\n")
    assert released(tmp_path) == out
    assert set(files_of(out)) == EXPECTED


@pytest.mark.parametrize(
    ("changes", "error", "what"),
    [
        (
            {"solutions/picollm/norm.py": NORM.replace("# END SOLUTION", "# END SOLUTON", 1)},
            ReleaseRefused,
            "norm.py:14: this comment looks like",
        ),
        ({"solutions/picollm/norm.py": "class Norm:\n    size = 1\n"}, ReleaseRefused, "Norm has no solution region"),
        (
            {"solutions/picollm/given.py": "def f():\n    # BEGIN SOLUTION\n    x = 1\n    # END SOLUTION\n"},
            ReleaseRefused,
            "given.py:2: a given module",
        ),
        ({"docs/one.md": "# One\n\n## Norms\n\n## Caches\n"}, ReleaseRefused, "has no number"),
        ({"solutions/picollm/norm.py": NORM.replace("exercise cache", "exercise cash")}, ReleaseRefused, "no exercise 'cash'"),
        (
            {"docs/one.md": "## 1. Norms\n\nlength = math.sqrt(total / max(1, len(row)) + self.epsilon)\n\n## 2. Caches\n"},
            LeakFound,
            "handout.md:3",
        ),
    ],
)
def test_failure_leaves_everything_as_it_was(tmp_path: Path, changes: dict[str, str], error: type[Exception], what: str) -> None:
    out = released(tmp_path)
    before = files_of(out)
    with pytest.raises(error) as refusal:
        released(tmp_path, changes)
    assert what in str(refusal.value)
    assert files_of(out) == before
    assert list(out.parent.iterdir()) == [out]


@pytest.mark.parametrize("name", ["3seqs.txt", "tests/public/test_norm.py", "solutions/picollm/given.py", "solutions/picollm/norm.py"])
def test_missing_file_is_named(tmp_path: Path, name: str) -> None:
    repository = make_repository(tmp_path / "repository")
    (repository / name).unlink()
    with pytest.raises(ReleaseRefused, match=Path(name).name):
        generate(course_of(repository), "one", repository, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["3seqs.txt", "data/stories/train.txt", "grader/checks/__init__.py", "solutions/picollm/given.py"])
def test_link_is_not_followed(tmp_path: Path, name: str) -> None:
    repository = make_repository(tmp_path / "repository")
    (repository / name).unlink()
    (repository / name).symlink_to(repository / "grader/judge/secret.py")
    with pytest.raises(ReleaseRefused, match="link"):
        generate(course_of(repository), "one", repository, tmp_path / "out")


def test_half_written_folder_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = make_repository(tmp_path / "repository")
    written = []

    def full_disk(path: Path, content: bytes) -> int:
        written.append(path)
        if len(written) == 5:
            raise OSError("no space left on device")
        return len(content)

    monkeypatch.setattr(Path, "write_bytes", full_disk)
    with pytest.raises(OSError, match="no space"):
        generate(course_of(repository), "one", repository, tmp_path / "starter" / "one")
    assert list((tmp_path / "starter").iterdir()) == []


def test_differences_are_told_one_by_one(tmp_path: Path) -> None:
    out = released(tmp_path)
    repository = tmp_path / "repository"
    course = course_of(repository)
    (out / "picollm/__pycache__").mkdir()
    (out / "picollm/__pycache__/norm.pyc").write_bytes(b"x")
    assert check_starter_is_current(course, "one", repository, out) == ()
    (out / "handout.md").write_text("edited")
    (out / "3seqs.txt").unlink()
    (out / "picollm/more.py").write_text("")
    assert check_starter_is_current(course, "one", repository, out) == (
        "3seqs.txt is missing",
        "handout.md differs from what its source gives now",
        "picollm/more.py does not belong there",
    )
    assert len(check_starter_is_current(course, "one", repository, tmp_path / "nowhere")) == len(EXPECTED)


def test_zip_is_the_same_bytes_whatever_the_times(tmp_path: Path) -> None:
    out = released(tmp_path)
    build_zip(out, tmp_path / "a.zip")
    for path in out.rglob("*.py"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o755)
    build_zip(out, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.namelist() == sorted(f"one/{name}" for name in EXPECTED)
        assert archive.testzip() is None


def test_stubs_compile_and_pass_ruff(tmp_path: Path) -> None:
    out = released(tmp_path)
    finished = subprocess.run([sys.executable, "-m", "ruff", "check", "--no-cache", "picollm"], cwd=out, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stdout
    for path in (out / "picollm").glob("*.py"):
        compile(path.read_text(), path.name, "exec")
