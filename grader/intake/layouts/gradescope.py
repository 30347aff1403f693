"""Gradescope's "Export Submissions": a folder for each submission, and a table of who and when.

    assignment_901_export/submission_1001/...     assignment_901_export/submission_metadata.yml

The table is YAML as Ruby writes it: keys begin with a colon, and a tag that only Ruby knows is read as if it were not there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

import yaml

from grader.intake.identity import Person
from grader.intake.layouts.entry import Entry, Listing, told_apart
from grader.intake.refused import IntakeError

METADATA = "submission_metadata.yml"
_MAX_DEPTH = 50
_FOLDER = re.compile(r"submission_\d+")


@dataclass(frozen=True)
class _Row:
    folder: str
    people: tuple[Person, ...]
    created_at: datetime | None


def is_export(folders: Iterable[str], files: Collection[str]) -> bool:
    """Whether a table that lies beside such folders is Gradescope's."""
    return METADATA in files and any(_FOLDER.fullmatch(folder) for folder in folders)


def gradescope(listing: Listing) -> tuple[Entry, ...] | None:
    """The submissions of a listing that Gradescope exported; None otherwise.

    A folder that the table does not name is nobody's here. Raises IntakeError when the table cannot be read: without it, names and times
    would be lost without a word.
    """
    if listing.metadata is None:
        return None
    rows = [row for row in _rows(listing.metadata, listing.zone) if row.folder in listing.folders and row.people]
    by_people: dict[frozenset[str], list[_Row]] = {}
    for row in rows:
        by_people.setdefault(frozenset(person.number or person.name for person in row.people), []).append(row)
    return told_apart(entry for same in by_people.values() for entry in _entries(same)) or None


def _entries(rows: list[_Row]) -> Iterator[Entry]:
    """Of one student's or group's submissions the newest, when times tell which that is, and each of them otherwise."""
    times = [row.created_at for row in rows if row.created_at is not None]
    if len(times) < len(rows) or times.count(max(times)) > 1:
        yield from (_entry(row, []) for row in rows)
        return
    *older, newest = sorted(rows, key=lambda row: row.created_at or datetime.min.replace(tzinfo=UTC))
    yield _entry(newest, older)


def _entry(row: _Row, older: list[_Row]) -> Entry:
    label = ", ".join(person.name or person.number for person in row.people)
    notes = [f"Left out: {old.folder}, handed in before ({old.created_at:%Y-%m-%d %H:%M %Z})." for old in older]
    return Entry(
        label=label,
        people=row.people,
        folder=row.folder,
        set_aside=tuple(old.folder for old in older),
        notes=tuple(notes),
        clock="entry",
        submitted_at=row.created_at,
    )


def _rows(text: str, zone: tzinfo) -> Iterator[_Row]:
    try:
        _refuse_depth(text)
        table = yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, ValueError) as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}," if where else ""
        told = f"{METADATA}{line} cannot be read, and it says who handed in and when"
        raise IntakeError(f"{told}. Export again, or remove that file to grade by the names of the folders.") from None
    if not isinstance(table, Mapping):
        raise IntakeError(f"{METADATA} holds no table of submissions. Export again, or remove it to grade by the names of the folders.")
    for folder, value in table.items():
        row = _plain_keys(value)
        submitters = row.get("submitters")
        people = [_person(_plain_keys(item)) for item in submitters] if isinstance(submitters, list) else []
        named = sorted((person for person in people if person != Person()), key=lambda person: (person.name.casefold(), person.number))
        yield _Row(str(folder), tuple(named), _moment(row.get("created_at"), zone))


def _refuse_depth(text: str) -> None:
    """Raises YAMLError for nesting that would end the interpreter: the loader calls itself for each level, in C."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            raise yaml.MarkedYAMLError("nested too deep", problem_mark=event.start_mark)


def _plain_keys(value: Any) -> dict[str, Any]:
    return {str(key).removeprefix(":"): item for key, item in value.items()} if isinstance(value, Mapping) else {}


def _person(row: Mapping[str, Any]) -> Person:
    name, number, email = (str(row.get(key) or "").strip() for key in ("name", "sid", "email"))
    return Person(name=name, student_id=number, email=email)


def _moment(value: Any, zone: tzinfo) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value.replace(" UTC", "+00:00")) if isinstance(value, str) else value
    except ValueError:
        return None
    if not isinstance(moment, datetime):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).replace(microsecond=0)


class _Loader(yaml.CSafeLoader):  # type: ignore[misc] # yaml has no types
    """Plain data only; a tag of Ruby's is passed over, since scores and results are nothing to intake."""


def _untagged(loader: _Loader, _: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)


_Loader.add_multi_constructor("", _untagged)
