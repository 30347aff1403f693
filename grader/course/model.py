"""The course as typed, frozen data: what course.toml says, after it was found to make sense."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from grader.checks.plan import ApiRules, Deliverable, HumanItem


@dataclass(frozen=True)
class Idea:
    """Something points are given for. ``id`` is the full one, ``rmsnorm.root_mean_square``; ``points`` is exact."""

    id: str
    title: str
    points: Fraction


@dataclass(frozen=True)
class Exercise:
    """One exercise.

    Attributes:
        id: ``rmsnorm``.
        module: where students write it, ``picollm.rmsnorm``.
        symbols: public names in that module.
        handout: heading of the section that asks for it, without its number.
        depends_on: ids of exercises whose code it uses.
        given_on_failure: those of them whose broken module is replaced by the reference's while this exercise is checked.
        api: library names that may not (or may only) be used in it.
    """

    id: str
    title: str
    module: str
    symbols: tuple[str, ...]
    handout: str
    depends_on: tuple[str, ...]
    given_on_failure: tuple[str, ...]
    api: ApiRules
    ideas: tuple[Idea, ...]

    @property
    def points(self) -> Fraction:
        """Sum of the points of its ideas."""
        return sum((idea.points for idea in self.ideas), Fraction(0))


@dataclass(frozen=True)
class ChoiceGroup:
    """Any ``choose`` of ``exercises``; the best ones count. ``choose`` 1 is "one of". All are worth the same."""

    id: str
    title: str
    choose: int
    exercises: tuple[str, ...]


@dataclass(frozen=True)
class LatePolicy:
    """What lateness costs.

    Attributes:
        percent_per_day: of the automatic points, for each started day after the deadline.
        grace_minutes: this much later is still in time; the same holds at the end of each late day.
        last_day: the last late day that is accepted; later than that earns no automatic points. None: always accepted.
    """

    percent_per_day: Fraction = Fraction(0)
    grace_minutes: int = 0
    last_day: int | None = None


class Show(enum.StrEnum):
    """How much of a check that did not pass a student is shown."""

    STATUS = "status"
    EVERYTHING = "everything"


@dataclass(frozen=True)
class StudentView:
    """What students see of public checks, and of hidden ones before and after grades are released.

    ``status`` means the idea, its handout section and the status; ``everything`` adds input, expected, got and hint.
    """

    public: Show = Show.EVERYTHING
    hidden: Show = Show.STATUS
    hidden_after_release: Show = Show.EVERYTHING


@dataclass(frozen=True)
class Policy:
    """The texts students are held to: what help by AI is allowed, and how sources are named."""

    ai: str
    sources: str


@dataclass(frozen=True)
class Assignment:
    """One assignment: which exercises, under which rules.

    Attributes:
        package: the import package students hand in.
        handout: path of the handout, relative to course.toml.
        required, choices, bonus: exercise ids by role.
        given_modules: modules of the package that students get ready-made.
        time_zone, deadline: the deadline is aware, in that zone; None when there is none.
        group_size: the most people who hand in together.
    """

    id: str
    title: str
    package: str
    handout: str
    required: tuple[str, ...]
    choices: tuple[ChoiceGroup, ...]
    bonus: tuple[str, ...]
    given_modules: tuple[str, ...]
    time_zone: ZoneInfo
    deadline: datetime | None
    late: LatePolicy
    group_size: int
    deliverables: tuple[Deliverable, ...]
    human: tuple[HumanItem, ...]
    api: ApiRules
    students_see: StudentView
    policy: Policy

    @property
    def roles(self) -> dict[str, str]:
        """Exercise id -> ``"required"``, the id of its choice group, or ``"bonus"``, in the order in which they are listed."""
        chosen = {exercise: group.id for group in self.choices for exercise in group.exercises}
        return dict.fromkeys(self.required, "required") | chosen | dict.fromkeys(self.bonus, "bonus")


@dataclass(frozen=True)
class Course:
    """Everything course.toml says."""

    title: str
    exercises: tuple[Exercise, ...]
    assignments: tuple[Assignment, ...]

    def exercise(self, exercise_id: str) -> Exercise:
        """The exercise of that id. Raises KeyError naming the known ones."""
        for exercise in self.exercises:
            if exercise.id == exercise_id:
                return exercise
        raise KeyError(f"no exercise {exercise_id!r}; there are: {', '.join(item.id for item in self.exercises)}")

    def assignment(self, assignment_id: str) -> Assignment:
        """The assignment of that id. Raises KeyError naming the known ones."""
        for assignment in self.assignments:
            if assignment.id == assignment_id:
                return assignment
        raise KeyError(f"no assignment {assignment_id!r}; there are: {', '.join(item.id for item in self.assignments)}")
