"""What a download is made of: one unit for each submission, found from names alone."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path, PurePosixPath

from grader.checks.home import module_path
from grader.checks.plan import Plan
from grader.intake.places import FolderPlace, Place, Unpacked, is_zip
from grader.intake.refused import Budget, IntakeError, Refused

# A file directly in a download that may be all that somebody handed in; other files there are the learning platform's.
_HANDED_IN = (".zip", ".py", ".ipynb", ".rar", ".7z", ".tar", ".gz", ".tgz")
# Names of wrapping folders and zips that say nothing about who handed in.
_NAMELESS = frozenset(
    {"submission", "submissions", "assignment", "handin", "hand-in", "solution", "starter", "src", "code", "archive", "download"}
)
_MAX_WRAPPERS = 8


@dataclass(frozen=True)
class Unit:
    """One submission within a download.

    Attributes:
        label: the name it goes by; untrusted.
        source: where it lies in the download.
        place, file: what to unpack: that file in that place, or everything below the place.
        sent: the file whose time tells when it was handed in, when that is another.
    """

    label: str
    source: str
    place: Place
    file: str | None
    sent: tuple[Place, str] | None = None

    def submitted_at(self) -> datetime | None:
        """When it was handed in, as far as the download tells."""
        place, file = self.sent or (self.place, self.file)
        return place.newest(file)

    def unpack(self, scratch: Path, budget: Budget) -> Unpacked:
        """The submission as it was sent, below ``scratch`` unless it lies on disk already. Raises Refused."""
        return self.place.unpack(self.file, scratch, budget)


class Units:
    """Finds the units of a download. Use as a context manager: zips stay open while their units are unpacked."""

    def __init__(self, plan: Plan, zone: tzinfo, scratch: Path) -> None:
        self._package = plan.package
        self._modules = {PurePosixPath(module_path(exercise.module)).name for exercise in plan.exercises}
        self._nameless = _NAMELESS | {plan.package, plan.assignment, f"{plan.assignment}-submission"}
        self._zone = zone
        self._scratch = scratch
        self._open = ExitStack()

    def __enter__(self) -> Units:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def of(self, path: Path) -> list[Unit]:
        """The units of a folder or zip. Raises IntakeError when there are none, or the download cannot be read."""
        path = path.resolve()
        if path.is_dir():
            units = self._find(FolderPlace(path, self._zone), (path.name,), None)
        elif path.is_file():
            beside = FolderPlace(path.parent, self._zone)
            try:
                units = self._find(self._opened(beside, path.name, 0), (path.name,), (beside, path.name))
            except Refused as error:
                raise IntakeError(f"{path} cannot be read. {error}") from None
        else:
            raise IntakeError(f"There is no folder and no zip {path}.")
        if not units:
            raise IntakeError(f"{path} holds no submission: no folder, no zip and no Python file.")
        return units

    def _find(self, here: Place, names: tuple[str, ...], sent: tuple[Place, str] | None) -> list[Unit]:
        """The units below ``here``, of which ``names`` are the names around it. ``sent``: the file whose content this is."""
        folders = here.folders()
        files = [name for name in here.files() if name.lower().endswith(_HANDED_IN)]
        whole = Unit(self._label(names), _source(names), here, None, sent)
        if self._is_home(here, folders, files):
            return [whole]
        if len(folders) + len(files) != 1 or len(names) > _MAX_WRAPPERS:
            below = [(name, here.enter(name), None) for name in folders] + [(name, here, name) for name in files]
            return [Unit(_bare(name), _source((*names, name)), place, file) for name, place, file in below]
        if folders:
            inner = self._find(here.enter(folders[0]), (*names, folders[0]), sent)
            # A folder that is not named after anybody: what lies beside it, such as a report, is the same person's.
            return [whole] if [unit.label for unit in inner] in ([], [whole.label]) else inner
        only = (*names, files[0])
        alone = Unit(self._label(only), _source(only), here, files[0], None if is_zip(files[0]) else sent)
        if not is_zip(files[0]):
            return [alone]
        try:
            inside = self._opened(here, files[0], len(names))
        except Refused:
            return [alone]  # unpacking it will say why
        inner = self._find(inside, only, (here, files[0])) or [alone]
        return [whole] if [unit.label for unit in inner] == [whole.label] else inner

    def _opened(self, place: Place, file: str, number: int) -> Place:
        inside = place.open_zip(file, self._scratch / f"wrapper-{number}")
        self._open.enter_context(inside.archive)
        return inside

    def _is_home(self, here: Place, folders: Sequence[str], files: Sequence[str]) -> bool:
        if any(name in self._modules for name in files):
            return True
        return self._package in folders and any(name.endswith(".py") for name in here.enter(self._package).files())

    def _label(self, names: tuple[str, ...]) -> str:
        """The innermost name that is not merely what everybody's folder is called."""
        bare = [_bare(name) for name in names]
        return next((name for name in reversed(bare) if name.casefold() not in self._nameless), bare[-1])


def _source(names: tuple[str, ...]) -> str:
    return "/".join(names[1:]) or names[0]


def _bare(name: str) -> str:
    return name[: -len(PurePosixPath(name).suffix)] if name.lower().endswith(_HANDED_IN) else name
