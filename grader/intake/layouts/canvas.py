"""Canvas's "Download Submissions": flat files, each named after the student, the student's number and the upload's number.

    adamsamy_12345_1067890_pico-llm.zip     adamsamy_LATE_12345_1067890_pico-llm-2.zip     adamsamy_12345_text.html

The name is the sortable one, small letters, without spaces. A later upload of a name that was there before gets a number, ``-2``: it is
taken off where that makes no two files one. Files of one student are one submission. The pattern is plain enough to fit other names too, so
it counts only where most of a listing has it, with numbers that agree.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

from grader.intake.identity import Person
from grader.intake.layouts.entry import Entry, Listing, SentFile, told_apart

_UPLOAD = re.compile(r"(?P<name>[^_]+)_(?:(?P<late>late)_)?(?P<id>\d{2,})_(?P<upload>\d{5,})_(?P<file>.+)", re.IGNORECASE)
_TYPED = re.compile(r"(?P<name>[^_]+)_(?:(?P<late>late)_)?(?P<id>\d{2,})_(?P<file>(?:text|link)\.html)", re.IGNORECASE)
_NUMBER = re.compile(r"-\d{1,3}$")
_CODE = (".py", ".ipynb")
_TEXT_ASIDE = "Left out: the text typed into Canvas; the files count."


def canvas(listing: Listing) -> tuple[Entry, ...] | None:
    """The submissions of a listing that Canvas named; None otherwise."""
    uploads = {name: match for name in listing.files if (match := _UPLOAD.fullmatch(name))}
    typed = {name: match for name in listing.files if (match := _TYPED.fullmatch(name))}
    if not uploads or 2 * len(uploads | typed) <= len(listing.files) + len(listing.folders) or not _agree([*uploads.values()]):
        return None
    students = dict.fromkeys(_who(match) for match in (*uploads.values(), *typed.values()))
    return told_apart(
        _entry(
            *student,
            {name: match for name, match in uploads.items() if _who(match) == student},
            {name: match for name, match in typed.items() if _who(match) == student},
        )
        for student in students
    )


def _who(match: re.Match[str]) -> tuple[str, str]:
    return match["name"], match["id"]


def _agree(matches: Sequence[re.Match[str]]) -> bool:
    """Whether each number of a student has one name, and no upload is of two students."""
    names = {(match["id"], match["name"]) for match in matches}
    uploads = {(match["upload"], match["id"]) for match in matches}
    return len({number for number, _ in names}) == len(names) and len({upload for upload, _ in uploads}) == len(uploads)


def _entry(name: str, number: str, uploads: dict[str, re.Match[str]], typed: dict[str, re.Match[str]]) -> Entry:
    oldest_first = sorted(uploads, key=lambda file: (int(uploads[file]["upload"]), file))
    replaced = _replaced([uploads[file]["file"] for file in oldest_first])
    kept = [file for file in oldest_first if uploads[file]["file"] not in replaced]
    given = _without_numbers([uploads[file]["file"] for file in kept])
    notes = [f"Left out: {old}, since {new} was uploaded after it." for old, new in replaced.items()]
    notes += [_TEXT_ASIDE] if kept and typed else []
    return Entry(
        label=name,
        people=(Person(name=name, lms_id=number),),
        files=tuple(SentFile(file, as_given) for file, as_given in zip(kept or typed, given or typed, strict=True)),
        set_aside=tuple(file for file in (*oldest_first, *(typed if kept else ())) if file not in kept),
        notes=tuple(notes),
        late=any(match["late"] for match in (*uploads.values(), *typed.values())),
    )


def _replaced(files: Sequence[str]) -> dict[str, str]:
    """Of code uploaded again under its name, oldest first: each file that a later one replaces, and which. Pictures may be a series."""
    replaced = {}
    for position, old in enumerate(files):
        again = [new for new in files[position + 1 :] if new.endswith(_CODE) and _plain(new) == _plain(old) and _plain(old) in files]
        if again:
            replaced[old] = again[-1]
    return replaced


def _without_numbers(files: Sequence[str]) -> list[str]:
    times = Counter(_plain(file) for file in files)
    return [_plain(file) if times[_plain(file)] == 1 else file for file in files]


def _plain(file: str) -> str:
    """``norm-2.py`` -> ``norm.py``."""
    path = PurePosixPath(file)
    return f"{_NUMBER.sub('', path.stem)}{path.suffix}" if _NUMBER.sub("", path.stem) else file
