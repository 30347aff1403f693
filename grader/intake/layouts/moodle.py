"""Moodle's "Download all submissions", in folders or flat; teams and blind marking have the same names with other words in front.

    Amy Adams_12345_assignsubmission_file_/pico-llm.zip      Amy Adams_12345_assignsubmission_file_pico-llm.zip
    Team 7_881_assignsubmission_file/...                     Participant_12345_assignsubmission_file_norm.py

The number belongs to one person (or team) in one assignment, so it stays when somebody hands in again. Moodle writes spaces for
underlines in names, so nothing before the number is ambiguous.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.intake.identity import Person
from grader.intake.layouts.entry import Entry, Listing, SentFile, told_apart

_NAME = re.compile(r"(?P<name>[^_]+)_(?P<id>\d+)_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?")
_TYPED = "Left out: the text typed into Moodle; the files count."


def moodle(listing: Listing) -> tuple[Entry, ...] | None:
    """The submissions of a listing in which Moodle named something; None otherwise."""
    named = [(name, match, name in listing.folders) for name in (*listing.folders, *listing.files) if (match := _NAME.fullmatch(name))]
    by_person: dict[tuple[str, str], list[tuple[str, re.Match[str], bool]]] = {}
    for item in named:
        by_person.setdefault((item[1]["name"], item[1]["id"]), []).append(item)
    entries = [entry for (name, number), items in by_person.items() for entry in _entries(name, number, items)]
    return told_apart(entries) if entries else None


def _entries(name: str, number: str, items: list[tuple[str, re.Match[str], bool]]) -> Iterator[Entry]:
    people = (Person(name=name, lms_id=number),)
    typed = [item for item in items if item[1]["kind"] != "file"]
    sent = [item for item in items if item not in typed] or typed
    set_aside = tuple(item[0] for item in typed) if sent is not typed else ()
    notes = (_TYPED,) if set_aside else ()
    files = tuple(SentFile(whole, _given(match)) for whole, match, is_folder in sent if not is_folder)
    if files:
        yield Entry(name, people, files=files, set_aside=set_aside, notes=notes)
    # Two downloads in one folder, of both layouts: each is kept, and stands under the same name.
    for folder in (whole for whole, _, is_folder in sent if is_folder):
        yield Entry(name, people, folder=folder, set_aside=() if files else set_aside, notes=() if files else notes)


def _given(match: re.Match[str]) -> str:
    given = match["file"] or ""
    # Somebody zipped a student's folder: nothing but the suffix is behind the last underline.
    return f"submission{given}" if given.startswith(".") or not given else given
