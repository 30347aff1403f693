"""The likely mistakes of a class, for the staff: by mistake, who made it; by student, what was considered."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.checks.plan import Plan
from grader.diagnosis.signature import Signature
from grader.gradebook.escape import file_name, one_line
from grader.gradebook.mistakes import ExerciseMistakes, Weighed, mistakes_in
from grader.gradebook.records import Silence
from grader.gradebook.standing import Standing


@dataclass(frozen=True)
class StudentMistakes:
    """One student who failed something.

    Attributes:
        anchor: where the student's part of the page begins. ``link``: to the feedback.
        told: targets of the mistakes that the student's feedback names.
    """

    name: str
    student: str
    anchor: str
    link: str
    exercises: tuple[ExerciseMistakes, ...]
    told: frozenset[str]


@dataclass(frozen=True)
class Case:
    """A student whose failures in one exercise a mistake explains best; ``strength`` is 0 where none fits."""

    student: StudentMistakes
    strength: float


@dataclass(frozen=True)
class ClassMistake:
    """A mistake and everyone whose failures it explains best, strongest first. ``best`` is None for those that none fits."""

    exercise: str
    exercise_title: str
    anchor: str
    best: Weighed | None
    cases: tuple[Case, ...]

    @property
    def strengths(self) -> tuple[float, float]:
        """The weakest and the strongest case."""
        return self.cases[-1].strength, self.cases[0].strength


@dataclass(frozen=True)
class ClassMistakes:
    """Everything on the page. ``mistakes`` are ordered by exercise, then by how many made them, those that none fits last."""

    mistakes: tuple[ClassMistake, ...]
    students: tuple[StudentMistakes, ...]
    silences: tuple[Silence, ...]

    @property
    def by_exercise(self) -> tuple[tuple[str, tuple[ClassMistake, ...]], ...]:
        """Title of each exercise that has some, and they."""
        return tuple((title, tuple(group)) for title, group in itertools.groupby(self.mistakes, lambda item: item.exercise_title))

    @property
    def named(self) -> tuple[ClassMistake, ...]:
        """Mistakes that have a name, the most frequent first."""
        return tuple(sorted((item for item in self.mistakes if item.best), key=lambda item: -len(item.cases)))

    @property
    def unexplained(self) -> tuple[ClassMistake, ...]:
        """For each exercise, the failures that none fits."""
        return tuple(item for item in self.mistakes if item.best is None)


def class_mistakes(
    standings: Sequence[Standing],
    plan: Plan,
    signatures: Sequence[Signature],
    silences: Mapping[str, Silence],
    told: Mapping[str, frozenset[str]],
    feedback_folder: str,
) -> ClassMistakes:
    """``told`` has, by student, the targets of the mistakes that the feedback names."""
    students = []
    for standing in standings:
        found = () if standing.result is None else mistakes_in(standing.result, plan, signatures, frozenset(silences))
        if found:
            students.append(_student(standing, found, told.get(standing.submission.student, frozenset()), feedback_folder))
    students.sort(key=lambda item: (item.name.casefold(), item.student))
    return ClassMistakes(_by_mistake(students, plan), tuple(students), tuple(silences.values()))


def _student(standing: Standing, found: tuple[ExerciseMistakes, ...], told: frozenset[str], feedback_folder: str) -> StudentMistakes:
    record = standing.submission
    name = file_name(record.student)
    return StudentMistakes(
        name=one_line(record.display_name) or record.student,
        student=one_line(record.student),
        anchor=f"student-{name}",
        link=f"{feedback_folder}/{name}.html",
        exercises=found,
        told=told,
    )


def _by_mistake(students: Sequence[StudentMistakes], plan: Plan) -> tuple[ClassMistake, ...]:
    groups: dict[tuple[str, str], list[tuple[ExerciseMistakes, StudentMistakes]]] = {}
    order = [exercise.id for exercise in plan.exercises]
    for student in students:
        # Failures that may come from an earlier part are nobody's mistake here.
        for item in (item for item in student.exercises if not item.uses_broken):
            groups.setdefault((item.exercise, item.candidates[0].target if item.candidates else ""), []).append((item, student))
    made = []
    for (exercise, target), members in groups.items():
        cases = [Case(student, item.candidates[0].strength if item.candidates else 0.0) for item, student in members]
        first = members[0][0]
        made.append(
            ClassMistake(
                exercise=exercise,
                exercise_title=first.title,
                anchor=f"mistake-{target.replace('/', '-') or f'none-{exercise}'}",
                best=first.candidates[0] if first.candidates else None,
                cases=tuple(sorted(cases, key=lambda case: -case.strength)),
            )
        )
    return tuple(sorted(made, key=lambda item: (order.index(item.exercise), item.best is None, -len(item.cases), item.anchor)))
