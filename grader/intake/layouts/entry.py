"""What a layout sees of a download, and what it makes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Literal

from grader.intake.identity import Person


@dataclass(frozen=True)
class Listing:
    """The names in one folder of a download, and of its contents only what the platform itself wrote.

    Attributes:
        name: of the folder or zip.
        assignment: id of the assignment that is graded.
        folders, files: directly in it, sorted, without litter.
        repository: whether it is a repository itself, cloned or downloaded.
        clones: the folders that are clones of a repository.
        homes: of a repository, the folders that directly hold a package as it is handed in.
        metadata: text of Gradescope's ``submission_metadata.yml``; None when there is none.
        zone: of times that name none.
    """

    name: str
    assignment: str
    folders: tuple[str, ...]
    files: tuple[str, ...]
    repository: bool
    clones: frozenset[str]
    homes: frozenset[str]
    metadata: str | None
    zone: tzinfo


@dataclass(frozen=True)
class SentFile:
    """A file of a submission: its name in the download, and the name it had when it was handed in."""

    name: str
    given: str


@dataclass(frozen=True)
class Entry:
    """One submission.

    Attributes:
        label: how to call it.
        people: who handed it in, as far as names tell.
        folder: the folder that it is; empty when it is ``files``, which are in the order in which they were uploaded.
        set_aside: other names in the listing that are this submission's and are not looked at; ``notes`` say so.
        clock: where its time comes from: the files, this entry's ``submitted_at``, or the last commit of the clone.
        late: whether the platform marked it so.
        namesake: whether another entry has its label, so that its number is shown too.
    """

    label: str
    people: tuple[Person, ...]
    folder: str = ""
    files: tuple[SentFile, ...] = ()
    set_aside: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    clock: Literal["files", "entry", "commit"] = "files"
    submitted_at: datetime | None = None
    late: bool = False
    namesake: bool = False

    @property
    def shown(self) -> str:
        """The label, with the platform's number where others have the same: ``Participant (12345)``."""
        numbers = ", ".join(person.number for person in self.people)
        return f"{self.label} ({numbers})" if self.namesake else self.label

    @property
    def handle(self) -> str:
        """What its key is made of: the label, and what tells namesakes apart; the same in each download of the assignment."""
        ids = (person.number or person.repository for person in self.people)
        return " ".join(dict.fromkeys(part for part in (self.label, *ids) if part))


def told_apart(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries, those of one label marked as namesakes."""
    entries = tuple(entries)
    times = Counter(entry.label.casefold() for entry in entries)
    return tuple(replace(entry, namesake=times[entry.label.casefold()] > 1) for entry in entries)
