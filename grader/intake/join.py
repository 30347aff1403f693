"""Whose each submission is: what downloads tell of people, matched with the roster.

The number, the e-mail address and the name on GitHub are tried before the name; the first that is one student's decides. A name that
several students have decides nothing. Nobody is guessed: what is not found is said.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from grader.intake.identity import Person
from grader.intake.roster import RosterStudent


class HandedIn(Protocol):
    """What a submission tells of the people behind it, in the gradebook or before."""

    @property
    def student(self) -> str:
        """Its key."""
        ...

    @property
    def display_name(self) -> str:
        """What it is called."""
        ...

    @property
    def members(self) -> tuple[str, ...]:
        """Names of a group."""
        ...

    @property
    def people(self) -> tuple[Person, ...]:
        """What the platform told."""
        ...


@dataclass(frozen=True)
class Joined:
    """A class list and its submissions.

    Attributes:
        students: by the key of each submission, the students of the roster whose it is.
        remarks: by the key of each submission, what a person should see to.
        missing: students of the roster who are in no submission.
    """

    students: dict[str, tuple[RosterStudent, ...]] = field(default_factory=dict)
    remarks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    missing: tuple[RosterStudent, ...] = ()


def join(roster: Sequence[RosterStudent], submissions: Sequence[HandedIn]) -> Joined:
    """Match them; with an empty roster nothing is matched and nobody is missing."""
    if not roster:
        return Joined()
    finder = _Finder(roster)
    found = {item.student: finder.students(item) for item in submissions}
    keys: dict[str, list[str]] = {}
    for key, (students, _) in found.items():
        for student in students:
            keys.setdefault(student.id, []).append(key)
    remarks = {}
    for key, (students, unknown) in found.items():
        said = [f"{name} is not on the roster, or not there once only." for name in unknown]
        for student in students:
            others = ", ".join(other for other in keys[student.id] if other != key)
            said += [f"{student.name} ({student.id}) has handed in more than once: also as {others}."] if others else []
        remarks[key] = tuple(said)
    missing = tuple(student for student in roster if student.id not in keys)
    return Joined({key: students for key, (students, _) in found.items()}, remarks, missing)


class _Finder:
    """Finds students by what belongs to one of them."""

    def __init__(self, roster: Sequence[RosterStudent]) -> None:
        self._roster = roster
        self._numbers = _index(roster, lambda student: (student.lms_id.casefold(), student.id.casefold()))
        self._emails = _index(roster, lambda student: (student.email.casefold(),))
        self._github = _index(roster, lambda student: (student.github.casefold(),))
        self._names = _index(roster, lambda student: _spellings(student.name) | _spellings(f"{student.group}-{student.name}"))
        self._groups: dict[str, list[RosterStudent]] = {}
        for student in roster:
            if student.group:
                self._groups.setdefault(_squashed(student.group), []).append(student)

    def students(self, item: HandedIn) -> tuple[tuple[RosterStudent, ...], tuple[str, ...]]:
        """The students whose submission it is, and what in it names nobody."""
        found: dict[str, RosterStudent] = {}
        unknown = []
        people = [(person.name or person.github or person.repository or person.email, self._person(person)) for person in item.people]
        if len(people) < 2:
            people += [(name, self._named(name)) for name in item.members]
        for name, students in people or [(item.display_name, self._anything(item.display_name))]:
            found |= {student.id: student for student in students}
            unknown += [] if students else [name]
        # A group is in the name, and all its members may be in a file: who is found by either is not unknown.
        if not item.people and item.members and not found:
            found = {student.id: student for student in self._anything(item.display_name)}
        return tuple(found.values()), tuple(unknown)

    def _person(self, person: Person) -> Sequence[RosterStudent]:
        return (
            _one(self._numbers, person.lms_id)
            or _one(self._emails, person.email)
            or _one(self._github, person.github)
            or self._cloned(person.repository)
            or self._named(person.name)
        )

    def _anything(self, text: str) -> Sequence[RosterStudent]:
        return _one(self._numbers, text) or _one(self._emails, text) or _one(self._github, text) or self._named(text)

    def _named(self, name: str) -> Sequence[RosterStudent]:
        return _one(self._names, _squashed(name)) or self._groups.get(_squashed(name), [])

    def _cloned(self, repository: str) -> Sequence[RosterStudent]:
        """By the longest name on GitHub that the clone's name ends in."""
        ends = (student for student in self._roster if student.github and repository.casefold().endswith(f"-{student.github.casefold()}"))
        longest = max(ends, key=lambda student: len(student.github), default=None)
        return [longest] if longest else []


def _index(roster: Iterable[RosterStudent], texts: Callable[[RosterStudent], Iterable[str]]) -> dict[str, set[RosterStudent]]:
    index: dict[str, set[RosterStudent]] = {}
    for student in roster:
        for text in texts(student):
            if text:
                index.setdefault(text, set()).add(student)
    return index


def _one(index: dict[str, set[RosterStudent]], text: str) -> Sequence[RosterStudent]:
    found = index.get(text.strip().casefold(), set())
    return list(found) if len(found) == 1 else []


def _spellings(name: str) -> set[str]:
    """A name as downloads write it, spaces and marks left out: in its own order, and with the last names first."""
    words = name.replace(",", " ").split()
    return {_squashed("".join(words[first:] + words[:first])) for first in range(len(words))}


def _squashed(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    return re.sub(r"[\W_]", "", "".join(character for character in plain if not unicodedata.combining(character)))
