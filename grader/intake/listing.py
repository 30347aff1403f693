"""What one folder of a download shows to the layouts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path

from grader.intake.layouts.entry import Listing
from grader.intake.layouts.gradescope import METADATA, is_export
from grader.intake.places import Place
from grader.intake.refused import Budget, IntakeError, Refused
from grader.intake.strays import nobodys

_MAX_METADATA = 64 * 1024 * 1024
# What a repository has that was downloaded rather than cloned.
_SIGNS = frozenset({".gitignore", ".gitattributes", ".github"})


def listing_of(here: Place, name: str, assignment: str, zone: tzinfo, scratch: Path, is_home: Callable[[Place], bool]) -> Listing:
    """The names in ``here``, which is called ``name``, without litter. Raises IntakeError for a table of Gradescope's beyond all bounds."""
    folders, files = here.folders(), here.files()
    clones = here.clones()
    repository = "." in clones or not _SIGNS.isdisjoint((*folders, *files))
    return Listing(
        name=name,
        assignment=assignment,
        folders=tuple(folders),
        files=tuple(file for file in files if not nobodys(file, files)),
        repository=repository,
        clones=clones - {"."},
        homes=frozenset(folder for folder in folders if repository and _holds_package(here, folder, is_home)),
        metadata=_metadata(here, scratch) if is_export(folders, files) else None,
        zone=zone,
    )


def _holds_package(here: Place, folder: str, is_home: Callable[[Place], bool]) -> bool:
    try:
        return is_home(here.enter(folder))
    except OSError:
        return False  # it is a submission that cannot be read, and will say so


def _metadata(here: Place, scratch: Path) -> str:
    try:
        file = here.fetch(METADATA, scratch / "metadata", Budget(bytes=_MAX_METADATA))
    except Refused as error:
        raise IntakeError(f"{METADATA} cannot be read. {error}") from None
    text = file.read_bytes().decode("utf-8", "replace")
    file.unlink()
    return text
