"""One student's or group's hand-in, after intake has made sense of what the download held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from grader.intake.identity import Person


@dataclass(frozen=True)
class Submission:
    """What the judge grades.

    Attributes:
        id: stable key within a class, made from the download's naming (``amy_adams``).
        student: display name as the download gave it; untrusted text.
        members: names of a group, when known.
        root: clean folder that intake wrote: the package and deliverables, nothing else.
        content_hash: sha256 over the names and bytes under ``root``.
        submitted_at: with time zone; None when the download does not tell.
        source: where it came from inside the download, for the TA.
        notes: what intake changed, ignored or could not read, in sentences a student can act on.
        problem: why nothing could be graded at all; empty otherwise.
        people: what the platform tells of those who handed it in; empty when its layout is not known.
        layout: the platform whose layout was recognised; empty when none was.
    """

    id: str
    student: str
    members: tuple[str, ...]
    root: Path
    content_hash: str
    submitted_at: datetime | None
    source: str
    notes: tuple[str, ...] = ()
    problem: str = ""
    people: tuple[Person, ...] = ()
    layout: str = ""
