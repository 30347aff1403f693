"""One repository that a class shares, with a folder for each student. What lies beside the folders is the repository's own."""

from __future__ import annotations

import re
from dataclasses import replace

from grader.intake.layouts.entry import Entry, Listing

_OWN = re.compile(
    r"\..*|(readme|license|licence|contributing|changelog|codeowners)(\..*)?|requirements.*\.txt|pyproject\.toml|makefile", re.IGNORECASE
)


def shared_repository(listing: Listing) -> tuple[Entry, ...] | None:
    """The submissions of a repository in which two folders or more hold a package; None otherwise.

    When a folder was handed in is not told: its files have the time of the clone.
    """
    if not listing.repository or len(listing.homes) < 2:
        return None
    own = tuple(name for name in (*listing.folders, *listing.files) if _OWN.fullmatch(name))
    first, *others = (Entry(label=folder, people=(), folder=folder, clock="entry") for folder in listing.folders if folder not in own)
    return (replace(first, set_aside=own), *others)
