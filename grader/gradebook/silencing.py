"""Silencing a hint for a class: only what exists can be silenced, and what holds now is told back."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Sequence

from grader.course.model import Assignment
from grader.diagnosis.signature import Signature
from grader.gradebook.connection import GradebookError
from grader.gradebook.gradebook import Gradebook
from grader.gradebook.standing import Standing


def diagnosis_target(exercise: str, name: str) -> str:
    """What a diagnosis is silenced by: ``rmsnorm/no_eps``."""
    return f"{exercise}/{name}"


def check_target(check: str) -> str:
    """What a check's hint is silenced by: its id without the case, since all cases of a check have one hint."""
    return check.partition("[")[0]


def known_targets(standings: Sequence[Standing], signatures: Sequence[Signature]) -> frozenset[str]:
    """Everything that can be silenced: the diagnoses of the table, and the checks that have run in this class."""
    diagnoses = {diagnosis_target(signature.exercise, signature.name) for signature in signatures}
    checks = {check_target(outcome.check) for standing in standings if standing.result for outcome in standing.result.checks}
    return frozenset(diagnoses | checks)


def set_silence(book: Gradebook, assignment: Assignment, name: str, known: Collection[str], by_whom: str, *, silent: bool) -> str:
    """Silence a hint, or undo that; returns what holds now.

    Raises GradebookError, naming near ones, for a name that is neither among the ``known`` ones nor silent, and where nothing would change.
    """
    held = book.silences(assignment.id)
    target = check_target(name)
    if target not in known and target not in held:
        raise GradebookError(f"there is no diagnosis and no check {name!r}; {_near(target, known)}")
    if silent == (target in held):
        raise GradebookError(f"{target} is {'already silent' if silent else 'not silent'}")
    book.silence(assignment.id, target, by_whom, silent=silent)
    return f"{target}: its hint is shown to {'nobody in the class' if silent else 'students again'}"


def silence_lines(book: Gradebook, assignment: Assignment) -> Iterator[str]:
    """One line for each hint that is silent, by whom and since when."""
    held = book.silences(assignment.id)
    width = max((len(target) for target in held), default=0)
    for target, silence in held.items():
        yield f"{target:<{width}}  by {silence.by_whom}, {silence.at.astimezone(assignment.time_zone):%Y-%m-%d %H:%M %Z}"
    if not held:
        yield f"{assignment.id}: no hint is silenced"


def _near(target: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(target, known, n=3, cutoff=0.75)
    parts = difflib.get_close_matches(_last_part(target), {_last_part(name) for name in known}, n=2)
    near += [name for part in parts for name in sorted(known) if _last_part(name) == part]
    if near:
        return f"perhaps {', '.join(dict.fromkeys(near))}"
    return "a diagnosis is named like rmsnorm/no_eps, a check like public/test_rmsnorm.py::test_name; the class page has both"


def _last_part(target: str) -> str:
    return target.rpartition("::")[2].rpartition("/")[2]
