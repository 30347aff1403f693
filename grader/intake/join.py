"""Whose each submission is: what downloads tell of people, matched with the roster.

Number, e-mail address, name on GitHub and name must agree as far as they tell anything; a name that several students have tells nothing.
Nobody is guessed: what is not found is said.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from grader.intake.identity import Person, display_name
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
    for key, (students, said) in found.items():
        others = {student: ", ".join(other for other in keys[student.id] if other != key) for student in students}
        twice = (f"{student.name} ({student.id}) handed in more than once: see also {other}." for student, other in others.items() if other)
        remarks[key] = (*said, *twice)
    missing = tuple(student for student in roster if student.id not in keys)
    return Joined({key: students for key, (students, _) in found.items()}, remarks, missing)


class _Finder:
    """Finds students by what belongs to one of them."""

    def __init__(self, roster: Sequence[RosterStudent]) -> None:
        self._roster = roster
        # The number in the names of files is the platform's, unless the roster's own is all there is.
        has_numbers = any(student.lms_id for student in roster)
        self._numbers = _index(roster, lambda student: (student.lms_id if has_numbers else student.id,))
        self._ids = _index(roster, lambda student: (student.id,))
        self._emails = _index(roster, lambda student: (student.email,))
        self._github = _index(roster, lambda student: (student.github,))
        self._names = _index(roster, lambda student: _spellings(student.name) | _spellings(f"{student.group} {student.name}"))
        self._groups = _index(roster, lambda student: (_squashed(student.group),))

    def students(self, item: HandedIn) -> tuple[tuple[RosterStudent, ...], tuple[str, ...]]:
        """The students whose submission it is, and a sentence for each name in it that is not one student's."""
        named = [(_called(person), self._person(person)) for person in item.people]
        if not item.people:
            named = [(item.display_name, self._anything(item.display_name))]
        by_hand = [] if len(item.people) > 1 else [(name, self._named(name)) for name in item.members]
        found = {student for _, students in (*named, *by_hand) for student in students}
        # The name of a team is not that of a person; when its members are found, nobody is unknown.
        asked = named if len(named) > 1 or not found else []
        students = tuple(student for student in self._roster if student in found)
        return students, tuple(self._unknown(name) for name, students in (*asked, *by_hand) if not students)

    def _person(self, person: Person) -> Collection[RosterStudent]:
        clues = (
            _one(self._numbers, person.lms_id),
            _one(self._ids, person.student_id),
            _one(self._emails, person.email),
            _one(self._github, person.github) or self._cloned(person.repository),
            self._named(person.name),
        )
        told = [clue for clue in clues if clue]
        return told[0] if told and all(clue == told[0] for clue in told) else frozenset()

    def _anything(self, text: str) -> Collection[RosterStudent]:
        return _one(self._ids, text) or _one(self._emails, text) or _one(self._github, text) or self._named(text)

    def _named(self, name: str) -> frozenset[RosterStudent]:
        return _one(self._names, _squashed(name)) or self._groups.get(_squashed(name), frozenset())

    def _cloned(self, repository: str) -> frozenset[RosterStudent]:
        """By the longest name on GitHub that the clone's name ends in."""
        ends = (student for student in self._roster if student.github and repository.casefold().endswith(f"-{student.github.casefold()}"))
        return frozenset(sorted(ends, key=lambda student: len(student.github))[-1:])

    def _unknown(self, name: str) -> str:
        shown = display_name(name)
        if len(self._names.get(_squashed(name), ())) > 1:
            return f"Several students of the roster are called {shown}, and nothing else tells who this is."
        return f"{shown} is not on the roster, or what the download tells of {shown} is of different students there."


def _called(person: Person) -> str:
    return person.name or person.github or person.repository or person.email or person.student_id


def _index(roster: Iterable[RosterStudent], texts: Callable[[RosterStudent], Iterable[str]]) -> dict[str, frozenset[RosterStudent]]:
    index: dict[str, frozenset[RosterStudent]] = {}
    for student in roster:
        for text in filter(None, texts(student)):
            index[text.casefold()] = index.get(text.casefold(), frozenset()) | {student}
    return index


def _one(index: dict[str, frozenset[RosterStudent]], text: str) -> frozenset[RosterStudent]:
    found = index.get(text.strip().casefold(), frozenset())
    return found if len(found) == 1 else frozenset()


def _spellings(name: str) -> set[str]:
    """A name as downloads write it, spaces and marks left out: in its own order, and with the last names first."""
    words = name.replace(",", " ").split()
    return {_squashed("".join(words[first:] + words[:first])) for first in range(len(words))}


def _squashed(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    return re.sub(r"[\W_]", "", "".join(character for character in plain if not unicodedata.combining(character)))
