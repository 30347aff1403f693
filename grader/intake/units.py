"""What a download is made of: one unit for each submission, found from names alone."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from pathlib import Path, PurePosixPath

from grader.checks.deliverables import matches
from grader.checks.handin import MEMBERS_FILE
from grader.checks.home import module_file
from grader.checks.plan import Plan
from grader.intake.layouts.entry import Entry
from grader.intake.layouts.recognise import Recognised, recognise
from grader.intake.listing import listing_of
from grader.intake.picked import PickedFiles
from grader.intake.places import FolderPlace, Place, Unpacked, is_archive
from grader.intake.refused import Budget, IntakeError, Refused
from grader.intake.strays import nobodys, what_to_do, without_suffix

# A file directly in a download that may hold a package; any other there is a submission in which there is nothing to grade.
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
        problem: why it is not worth unpacking; empty otherwise.
        layout: whose layout told so; empty when none is known.
        entry: what that layout read from names; its files, when it has some, are what to unpack from the place.
    """

    label: str
    source: str
    place: Place
    file: str | None
    sent: tuple[Place, str] | None = None
    problem: str = ""
    layout: str = ""
    entry: Entry | None = None

    @property
    def handle(self) -> str:
        """What its key is made of."""
        return self.entry.handle if self.entry else self.label

    def submitted_at(self) -> datetime | None:
        """When it was handed in, as far as the download tells."""
        if self.entry and self.entry.clock == "entry":
            return self.entry.submitted_at
        if self.entry and self.entry.clock == "commit":
            return self.place.last_commit()
        if self.entry and self.entry.files:
            return PickedFiles(self.place, self.entry.files).newest()
        place, file = self.sent or (self.place, self.file)
        return place.newest(file)

    def unpack(self, scratch: Path, budget: Budget) -> Unpacked:
        """The submission as it was sent, below ``scratch`` unless it lies on disk already. Raises Refused."""
        if self.problem:
            raise Refused(self.problem)
        if self.entry and self.entry.files:
            return PickedFiles(self.place, self.entry.files).unpack(scratch, budget)
        return self.place.unpack(self.file, scratch, budget)


class Units:
    """Finds the units of a download. Use as a context manager: zips stay open while their units are unpacked."""

    def __init__(self, plan: Plan, zone: tzinfo, scratch: Path) -> None:
        self._package = plan.package
        self._assignment = plan.assignment
        self._modules = {module_file(exercise.module) for exercise in plan.exercises}
        self._nameless = _NAMELESS | {plan.package, plan.assignment, f"{plan.assignment}-submission"}
        self._own_files = (MEMBERS_FILE, "README*", *(deliverable.pattern for deliverable in plan.deliverables))
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
        everything = here.files()
        files = [name for name in everything if name.lower().endswith(_HANDED_IN)]
        strays = [name for name in everything if name not in files and not nobodys(name, everything)]
        whole = Unit(self._label(names), _source(names), here, None, sent)
        if self._holds_package(here):
            return [whole]
        listing = listing_of(here, _bare(names[-1]), self._assignment, self._zone, self._scratch, self._holds_package)
        if recognised := recognise(listing):
            claimed = recognised.claimed()
            rest = [[name for name in kind if name not in claimed] for kind in (folders, files, strays)]
            return [*self._laid_out(here, names, recognised), *self._each(here, names, *rest)]
        if not folders and not files:
            return []
        if len(folders) + len(files) != 1 or len(names) > _MAX_WRAPPERS:
            return self._each(here, names, folders, files, strays)
        others = self._each(here, names, [], [], strays)
        inner = self._in_folder(here, names, folders[0], sent) if folders else self._in_file(here, names, files[0], sent)
        if any(unit.layout for unit in inner):
            return [*inner, *others]
        if others and len(inner) == 1 and all(self._belongs(name) for name in strays):
            return [replace(whole, label=inner[0].label)]
        # Below a folder or zip that is not named after anybody: what lies beside it is the same person's.
        only_wrapped = [unit.label for unit in inner] == [whole.label] and (folders or is_archive(files[0]))
        return [whole] if only_wrapped else [*inner, *others]

    def _each(self, here: Place, names: tuple[str, ...], folders: Sequence[str], files: Sequence[str], strays: Sequence[str]) -> list[Unit]:
        """A unit for each of these names, whose layout is not known."""
        below = [(name, here.enter(name), None) for name in folders] + [(name, here, name) for name in files]
        units = [Unit(_bare(name), _source((*names, name)), place, file) for name, place, file in below]
        return units + [Unit(without_suffix(name), _source((*names, name)), here, name, problem=what_to_do(name)) for name in strays]

    def _laid_out(self, here: Place, names: tuple[str, ...], recognised: Recognised) -> list[Unit]:
        """A unit for each entry of a layout that is known."""
        units = []
        for entry in recognised.entries:
            place = here.enter(entry.folder) if entry.folder else here
            source = _source((*names, entry.folder or " + ".join(file.name for file in entry.files)))
            nothing = not entry.folder and not any(file.given.lower().endswith(_HANDED_IN) for file in entry.files)
            problem = what_to_do(entry.files[0].given) if nothing else ""
            units.append(Unit(entry.shown, source, place, None, problem=problem, layout=recognised.layout, entry=entry))
        return units

    def _in_folder(self, here: Place, names: tuple[str, ...], folder: str, sent: tuple[Place, str] | None) -> list[Unit]:
        inner = self._find(here.enter(folder), (*names, folder), sent)
        return inner or [Unit(self._label((*names, folder)), _source((*names, folder)), here.enter(folder), None, sent)]

    def _in_file(self, here: Place, names: tuple[str, ...], file: str, sent: tuple[Place, str] | None) -> list[Unit]:
        only = (*names, file)
        alone = Unit(self._label(only), _source(only), here, file, None if is_archive(file) else sent)
        if not is_archive(file):
            return [alone]
        try:
            inside = self._opened(here, file, len(names))
        except Refused:
            return [alone]  # unpacking it will say why
        return self._find(inside, only, (here, file)) or [alone]

    def _belongs(self, name: str) -> bool:
        """Whether a file beside the only submission is clearly a part of it."""
        return any(matches(name, pattern) for pattern in self._own_files)

    def _opened(self, place: Place, file: str, number: int) -> Place:
        inside = place.open_archive(file, self._scratch / f"wrapper-{number}")
        self._open.enter_context(inside.archive)
        return inside

    def _holds_package(self, here: Place) -> bool:
        if any(name in self._modules for name in here.files()):
            return True
        return self._package in here.folders() and any(name.endswith(".py") for name in here.enter(self._package).files())

    def _label(self, names: tuple[str, ...]) -> str:
        """The innermost name that is not merely what everybody's folder is called."""
        bare = [_bare(name) for name in names]
        return next((name for name in reversed(bare) if name.casefold() not in self._nameless), bare[-1])


def _source(names: tuple[str, ...]) -> str:
    return "/".join(names[1:]) or names[0]


def _bare(name: str) -> str:
    if is_archive(name):
        return without_suffix(name)
    return name[: -len(PurePosixPath(name).suffix)] if name.lower().endswith(_HANDED_IN) else name
