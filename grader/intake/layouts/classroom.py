"""GitHub Classroom: a folder of clones, each called after the assignment and the student's (or team's) name on GitHub.

    pico-llm-submissions/pico-llm-amy-adams/.git     pico-llm-submissions/pico-llm-bob/.git

Names on GitHub may hold hyphens, so the assignment's part is taken off only where it is known: from the folder around the clones, as
``gh classroom clone`` makes it, or because it is this assignment's id. Where clones merely begin alike, the whole name stays.
"""

from __future__ import annotations

from grader.intake.identity import Person
from grader.intake.layouts.entry import Entry, Listing

_AROUND = "-submissions"


def classroom(listing: Listing) -> tuple[Entry, ...] | None:
    """The submissions of a listing in which most folders are clones whose names begin alike; None otherwise."""
    clones = sorted(listing.clones)
    if listing.repository or 2 * len(clones) <= len(listing.folders):
        return None
    known = [f"{listing.assignment}-"]
    if listing.name.endswith(_AROUND):
        known.insert(0, listing.name.removesuffix(_AROUND) + "-")
    prefix = next((prefix for prefix in known if all(name.startswith(prefix) and name != prefix for name in clones)), "")
    alike = len(clones) > 1 and all("-" in name for name in clones) and len({name.partition("-")[0] for name in clones}) == 1
    if not prefix and not alike:
        return None
    return tuple(_entry(name, name.removeprefix(prefix) if prefix else "") for name in clones)


def _entry(clone: str, github: str) -> Entry:
    person = Person(github=github, repository=clone)
    return Entry(label=github or clone, people=(person,), folder=clone, clock="commit")
