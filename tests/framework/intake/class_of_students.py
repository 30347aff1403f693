"""A small course, and folders and zips such as students and learning platforms make them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from grader.checks.given_modules import GIVEN_FILE, given_to_json
from grader.checks.plan import Plan
from grader.course.load import load_course
from grader.course.plan import plan_for
from grader.intake.collect import collect
from grader.intake.given import given_modules
from grader.intake.submission import Submission

COURSE = """\
schema = 1
title = "A small course"

[exercises.norm]
title = "Norm"
module = "pkg.norm"
symbols = ["Norm"]
handout = "Norms"
ideas = [{ id = "works", title = "works", points = 2 }]
api = { deny = ["torch.nn.RMSNorm"] }

[exercises.cache]
title = "Cache"
module = "pkg.cache"
symbols = ["Cache", "evict"]
handout = "Caches"
ideas = [{ id = "works", title = "works", points = 2 }]

[assignments.one]
title = "One"
package = "pkg"
handout = "one.md"
required = ["norm"]
bonus = ["cache"]
given_modules = ["pkg.given"]
time_zone = "Europe/Berlin"
group_size = 2

[[assignments.one.deliverable]]
id = "report"
title = "Report"
pattern = "report.*"
at_least = 1

[[assignments.one.deliverable]]
id = "figures"
title = "Figures"
pattern = "figures/*.png"
at_least = 2

[assignments.one.policy]
ai = "Ask, do not copy."
sources = "Name them."
"""
HANDOUT = "# One\n\n## 1. Norms\n\n- **NRM-1** One.\n\n## 2. Caches\n\n- **CCH-1** Two.\n"
GIVEN = "def helper():\n    return 1\n"
INIT = '"""The package."""\n'
NORM = "class Norm:\n    pass\n"
CACHE = "class Cache:\n    pass\n"
PACKAGE = {"pkg/__init__.py": INIT, "pkg/given.py": GIVEN, "pkg/norm.py": NORM, "pkg/cache.py": CACHE}
CLEAN = {name: text.encode() for name, text in PACKAGE.items()}


def make_repository(folder: Path) -> Path:
    """The staff's side of the small course."""
    files = {"course.toml": COURSE, "one.md": HANDOUT, "solutions/pkg/given.py": GIVEN, "solutions/pkg/__init__.py": INIT}
    write_tree(folder, files)
    return folder


def plan_of(repository: Path) -> Plan:
    """The plan of the small course's only assignment."""
    return plan_for(load_course(repository / "course.toml"), "one", HANDOUT)


def student_folder(folder: Path, repository: Path, files: Mapping[str, str | bytes] = PACKAGE) -> Path:
    """A folder as a student has it, with ``given.json`` and ``course.json``."""
    given = given_modules(load_course(repository / "course.toml").assignment("one"), repository)
    write_tree(folder, {**files, GIVEN_FILE: given_to_json(given), "course.json": plan_of(repository).to_json()})
    return folder


def write_tree(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def zipped(files: Mapping[str, str | bytes], when: tuple[int, int, int, int, int, int] = (2026, 10, 24, 12, 0, 0)) -> bytes:
    """A zip of these files, their names taken as they are."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, when), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def below(name: str, files: Mapping[str, str | bytes]) -> dict[str, str | bytes]:
    """The same files inside a folder."""
    return {f"{name}/{path}": content for path, content in files.items()}


def files_of(root: Path) -> dict[str, bytes]:
    """Everything below a folder."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


class Staff:
    """Collects downloads with the small course's rules."""

    def __init__(self, folder: Path) -> None:
        self.repository = make_repository(folder / "repository")
        self.plan = plan_of(self.repository)
        self.workspace = folder / "workspace"
        self.downloads = folder / "downloads"
        self.downloads.mkdir()

    def collect(self, path: Path) -> tuple[Submission, ...]:
        """The submissions of a download."""
        return collect(path, self.plan, self.workspace, self.repository)

    def zip(self, content: bytes, name: str = "class.zip") -> Path:
        """A download that is one file."""
        path = self.downloads / name
        path.write_bytes(content)
        return path

    def one(self, content: bytes, name: str = "amy.zip") -> Submission:
        """The only submission in a zip."""
        (submission,) = self.collect(self.zip(content, name))
        return submission
