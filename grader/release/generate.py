"""Makes a student's folder from the solutions, whole or not at all, and tells whether one that is there is current."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.checks.zipping import write_zip
from grader.course.model import Course
from grader.release.contents import release_contents
from grader.release.guarded import guarded_by
from grader.release.leaks import Leak, find_leaks

# Left by whoever tries the release out in place; git ignores them too.
_TRIED_OUT = frozenset({"__pycache__", ".pytest_cache", ".ruff_cache", ".hypothesis", ".venv", "build"})


@dataclass(frozen=True)
class ReleaseReport:
    """What was released.

    Attributes:
        out: the folder.
        files: relative posix path -> size in bytes.
        stubs: the modules that students write.
        regions: how many solution regions were taken out.
        digest: sha256 over names and bytes; the same for the same release.
    """

    assignment: str
    out: Path
    files: Mapping[str, int]
    stubs: tuple[str, ...]
    regions: int
    digest: str


class LeakFound(Exception):
    """Nothing was released, because it would have told too much. Carries every leak."""

    def __init__(self, leaks: tuple[Leak, ...]) -> None:
        super().__init__("\n".join(str(leak) for leak in leaks))
        self.leaks = leaks


def generate(course: Course, assignment_id: str, repository: Path, out: Path) -> ReleaseReport:
    """Make the student's folder of an assignment at ``out``, in place of what is there.

    Raises ReleaseRefused (markers, missing files), LeakFound, KeyError (no such assignment) or CourseError; ``out`` is then as before.
    """
    contents = release_contents(course, assignment_id, repository)
    leaks = find_leaks(contents.files, guarded_by(repository, contents))
    if leaks:
        raise LeakFound(leaks)
    _replace_folder(out, contents.files)
    return ReleaseReport(
        assignment=assignment_id,
        out=out,
        files={name: len(content) for name, content in sorted(contents.files.items())},
        stubs=tuple(module.path for module in contents.stubs),
        regions=sum(len(module.stub.regions) for module in contents.stubs),
        digest=_digest(contents.files),
    )


def check_starter_is_current(course: Course, assignment_id: str, repository: Path, starter: Path) -> tuple[str, ...]:
    """How ``starter`` differs from what the generator makes now, one sentence per file; empty when it does not.

    Raises what ``generate`` raises.
    """
    wanted = release_contents(course, assignment_id, repository).files
    present = _files_in(starter)
    missing = [f"{name} is missing" for name in wanted.keys() - present.keys()]
    extra = [f"{name} does not belong there" for name in present.keys() - wanted.keys()]
    changed = [f"{name} differs from what its source gives now" for name in wanted.keys() & present.keys() if wanted[name] != present[name]]
    return tuple(sorted(missing + extra + changed))


def build_zip(folder: Path, out: Path) -> None:
    """Zip a student's folder for download: unpacks to one folder of its name; the same bytes for the same content."""
    write_zip(out, {f"{folder.name}/{name}": content for name, content in _files_in(folder).items()})


def _files_in(folder: Path) -> dict[str, bytes]:
    found = {}
    for path in folder.rglob("*"):
        relative = path.relative_to(folder)
        if path.is_file() and not _TRIED_OUT & set(relative.parts):
            found[relative.as_posix()] = path.read_bytes()
    return found


def _replace_folder(out: Path, files: Mapping[str, bytes]) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    # Beside the target, so that renaming does not cross a file system.
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
        fresh, old = Path(scratch) / "fresh", Path(scratch) / "old"
        for name, content in files.items():
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            (fresh / name).write_bytes(content)
        if out.exists():
            out.rename(old)
        try:
            fresh.rename(out)
        except OSError:
            if old.exists():
                old.rename(out)
            raise
        shutil.rmtree(old, ignore_errors=True)


def _digest(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{len(name.encode())}:{name}{len(files[name])}:".encode())
        digest.update(files[name])
    return digest.hexdigest()
