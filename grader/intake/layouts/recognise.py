"""Which platform laid out a download: the layouts in the order in which they are tried, the least mistakable first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from grader.intake.layouts.canvas import canvas
from grader.intake.layouts.classroom import classroom
from grader.intake.layouts.entry import Entry, Listing
from grader.intake.layouts.gradescope import gradescope
from grader.intake.layouts.moodle import moodle
from grader.intake.layouts.shared import shared_repository

_LAYOUTS: tuple[tuple[str, Callable[[Listing], tuple[Entry, ...] | None]], ...] = (
    ("Gradescope", gradescope),  # has a table
    ("Moodle", moodle),  # says so in each name
    ("Canvas", canvas),  # numbers that agree
    ("GitHub Classroom", classroom),  # clones that begin alike
    ("shared repository", shared_repository),  # a repository with packages in its folders
)


@dataclass(frozen=True)
class Recognised:
    """A download's layout and what it says. Names of the listing that no entry has are to be taken as they are."""

    layout: str
    entries: tuple[Entry, ...]

    def claimed(self) -> frozenset[str]:
        """The names that are accounted for."""
        names = ({entry.folder, *(file.name for file in entry.files), *entry.set_aside} for entry in self.entries)
        return frozenset().union(*names)


def recognise(listing: Listing) -> Recognised | None:
    """The layout of a listing; None when it is none that is known. Raises IntakeError for a platform's table that cannot be read."""
    for layout, read in _LAYOUTS:
        entries = read(listing)
        if entries:
            return Recognised(layout, entries)
    return None
