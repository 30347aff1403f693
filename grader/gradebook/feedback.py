"""What one student is told, as data: Markdown, HTML and Gradescope are all made from this.

Public checks show the failing example. Hidden checks show the idea, its section and the status, until grades are released.
A known mistake is named from what public checks show, never from hidden ones: resubmitting must not be an oracle.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.checks.outcome import CheckOutcome, Status
from grader.checks.plan import Plan, Requirement
from grader.course.model import Assignment, Course, Show
from grader.course.points import exact, shown
from grader.course.scoring import Score
from grader.diagnosis.signature import Signature
from grader.gradebook.earlier_parts import broken_parts, earlier_parts_note, not_started_note
from grader.gradebook.silencing import check_target
from grader.gradebook.standing import Standing
from grader.gradebook.told import named_mistake
from grader.judge.result import ExerciseResult, IdeaResult, Result

# What is wrong with the source comes first: nothing else can be mended before it.
_TOLD_FIRST = (
    Status.FORBIDDEN_API,
    Status.MISSING_DEPENDENCY,
    Status.NEEDS_NEWER_PYTHON,
    Status.UNSTABLE,
    Status.CRASHED,
    Status.OUT_OF_MEMORY,
    Status.TIMEOUT,
    Status.ERROR,
    Status.FAILED,
    Status.NOT_STARTED,
    Status.GRADER_FAULT,
)


@dataclass(frozen=True)
class ShownCheck:
    """A check that did not pass and whose failing example is shown, with the sentences of the handout that ask for it."""

    outcome: CheckOutcome
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True)
class IdeaFeedback:
    """One idea; ``earned`` is None while it is open because of a grader fault.

    Attributes:
        shown: checks that did not pass, in full.
        statuses: how those checks ended of which only the status is shown: one status, or none where all passed.
        with_ours: whether it was earned with the reference in place of broken earlier parts.
    """

    id: str
    title: str
    points: Fraction
    earned: Fraction | None
    shown: tuple[ShownCheck, ...]
    statuses: tuple[Status, ...]
    with_ours: bool

    @property
    def state(self) -> str:
        """``earned``, ``missed`` or ``open``."""
        if self.earned is None:
            return "open"
        return "earned" if self.earned == self.points else "missed"


@dataclass(frozen=True)
class ExerciseFeedback:
    """One exercise; ``section`` is the handout's heading.

    Attributes:
        not_begun: why nothing of it could be checked; empty where something was.
        earlier_parts: sentences on parts of theirs that it uses and that are broken, and what that means for its points; else empty.
        mistake: the known mistake that public checks point to.
    """

    id: str
    title: str
    role: str
    section: str
    status: str
    points: Fraction
    earned: Fraction
    counts: bool
    not_begun: str
    earlier_parts: str
    mistake: Signature | None
    ideas: tuple[IdeaFeedback, ...]

    @property
    def pending(self) -> Fraction:
        """Points of ideas that are open because of a grader fault."""
        return sum((idea.points for idea in self.ideas if idea.earned is None), Fraction(0))

    @property
    def not_started(self) -> bool:
        """Whether it is still the stub."""
        return self.status == "not started"


@dataclass(frozen=True)
class HumanFeedback:
    """A part graded by a person; ``earned`` is None while it is pending."""

    title: str
    points: Fraction
    earned: Fraction | None
    comment: str
    rubric: tuple[str, ...]


@dataclass(frozen=True)
class Feedback:
    """Everything one student is told about one assignment. Names, notes and failing examples are untrusted text."""

    assignment: str
    student: str
    name: str
    members: tuple[str, ...]
    score: Score
    lateness: str
    released: bool
    graded: bool
    problem: str
    notes: tuple[str, ...]
    exercises: tuple[ExerciseFeedback, ...]
    human: tuple[HumanFeedback, ...]
    tier: str
    suite: str

    @property
    def headline(self) -> str:
        """The score in words: never a zero, nor pending points, for what nothing has graded."""
        if not self.graded:
            return "not graded yet"
        points = f"{shown(self.score.earned)} of {shown(self.score.points)} points"
        if self.score.bonus_earned:
            points += f" with {shown(self.score.bonus_earned)} of bonus"
        return f"{points}, {shown(self.pending)} pending" if self.pending else points

    @property
    def statuses(self) -> tuple[Status, ...]:
        """How checks ended of which only the status is shown, in exercises that were begun: to be explained once."""
        begun = (idea for exercise in self.exercises if not exercise.not_started for idea in exercise.ideas)
        return tuple(dict.fromkeys(status for idea in begun for status in idea.statuses))

    @property
    def pending(self) -> Fraction:
        """What may still come without bonus, so that it is never more than can be reached."""
        return self.score.human_pending + self.score.automatic.unsettled * self.score.lateness.share


def feedback_for(
    standing: Standing, course: Course, plan: Plan, *, released: bool, signatures: Sequence[Signature], silent: frozenset[str]
) -> Feedback:
    """The feedback of one student, showing what the course lets students see before or after release, and no hint that is silent."""
    record, result, score = standing.submission, standing.result, standing.score
    assignment = course.assignment(plan.assignment)
    hidden = assignment.students_see.hidden_after_release if released else assignment.students_see.hidden
    requirements = {requirement.label: requirement for requirement in plan.requirements}
    view = _View(assignment.students_see.public, hidden, requirements, tuple(signatures), silent)
    return Feedback(
        assignment=assignment.title,
        student=record.student,
        name=record.display_name,
        members=record.members,
        score=score,
        lateness=lateness_sentence(standing),
        released=released,
        graded=result is not None,
        problem=record.problem,
        notes=record.notes,
        exercises=() if result is None else tuple(_exercises(result, course, plan, view, score.automatic.counted)),
        human=_human(assignment, standing),
        tier="" if result is None else result.tier,
        suite="" if result is None else result.suite,
    )


def lateness_sentence(standing: Standing) -> str:
    """When it was handed in, against which deadline, and what lateness costs; empty when there is no deadline."""
    late = standing.score.lateness
    if late.deadline is None:
        return ""
    due = f"due {late.deadline:%A, %d %B %Y, %H:%M %Z}" + (" (extended for you)" if late.extended else "")
    if late.submitted_at is None:
        return f"Counted as in time, {due}."
    handed_in = f"Handed in {late.submitted_at.astimezone(late.deadline.tzinfo):%A, %d %B %Y, %H:%M %Z}, {due}"
    if not late.accepted:
        return f"{handed_in}: {_days(late.days)} late, after the last day that is accepted. Automatic points do not count."
    if late.days:
        deduction = f"{shown(late.percent)}% of the automatic points, {shown(standing.score.late_deduction)} points"
        return f"{handed_in}: {_days(late.days)} late, which takes {deduction}."
    return f"{handed_in}: in time."


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"


@dataclass(frozen=True)
class _View:
    """What may be shown, and of which checks."""

    public: Show
    hidden: Show
    requirements: dict[str, Requirement]
    signatures: tuple[Signature, ...]
    silent: frozenset[str]

    def in_full(self, outcome: CheckOutcome) -> bool:
        return (self.hidden if outcome.hidden else self.public) is Show.EVERYTHING

    def cited(self, labels: Iterable[str]) -> tuple[Requirement, ...]:
        return tuple(self.requirements[label] for label in labels if label in self.requirements)

    def check(self, outcome: CheckOutcome) -> ShownCheck:
        hint = "" if check_target(outcome.check) in self.silent else outcome.hint
        return ShownCheck(replace(outcome, hint=hint), self.cited(outcome.spec))

    def mistake(self, outcomes: Sequence[CheckOutcome], exercise: str) -> Signature | None:
        return named_mistake(outcomes, exercise, self.signatures, self.silent) if self.public is Show.EVERYTHING else None


def _exercises(result: Result, course: Course, plan: Plan, view: _View, counted: frozenset[str]) -> Iterable[ExerciseFeedback]:
    for exercise in result.exercises:
        planned, mine = plan.exercise(exercise.id), [outcome for outcome in result.checks if outcome.exercise == exercise.id]
        ideas = tuple(_idea(idea, [outcome for outcome in mine if outcome.idea == idea.id], view) for idea in exercise.ideas)
        broken = broken_parts(planned, result)
        yield ExerciseFeedback(
            id=exercise.id,
            title=exercise.title,
            role=exercise.role,
            section=planned.handout,
            status=exercise.status,
            points=exact(exercise.points),
            earned=sum((exact(idea.earned) for idea in exercise.ideas), Fraction(0)),
            counts=exercise.id in counted,
            not_begun=not_started_note(course.exercise(exercise.id), result) if exercise.status == "not started" else "",
            earlier_parts=_earlier_parts(exercise, course, broken, ideas),
            # What a broken earlier part does here looks like a mistake of this one.
            mistake=None if broken else view.mistake(mine, exercise.id),
            ideas=ideas,
        )


def _idea(idea: IdeaResult, outcomes: Sequence[CheckOutcome], view: _View) -> IdeaFeedback:
    missed = [outcome for outcome in outcomes if outcome.status is not Status.PASSED]
    full = [outcome for outcome in missed if view.in_full(outcome) and outcome.status not in (Status.NOT_STARTED, Status.GRADER_FAULT)]
    return IdeaFeedback(
        id=idea.id,
        title=idea.title,
        points=exact(idea.points),
        earned=exact(idea.earned) if idea.settled else None,
        shown=tuple(view.check(outcome) for outcome in full),
        statuses=_one_status({outcome.status for outcome in missed if outcome not in full}),
        with_ours=not missed and any(outcome.used_given for outcome in outcomes),
    )


def _one_status(found: Collection[Status]) -> tuple[Status, ...]:
    """The one of them that is told: which of many kinds of ending each check took would tell several bits of what it asked."""
    return tuple(status for status in _TOLD_FIRST if status in found)[:1]


def _earlier_parts(exercise: ExerciseResult, course: Course, broken: Mapping[str, str], ideas: Sequence[IdeaFeedback]) -> str:
    missed = exercise.status != "not started" and any(idea.state == "missed" for idea in ideas)
    return earlier_parts_note(course.exercise(exercise.id), broken, with_ours=any(idea.with_ours for idea in ideas), missed=missed)


def _human(assignment: Assignment, standing: Standing) -> tuple[HumanFeedback, ...]:
    made = []
    for item, scored in zip(assignment.human, standing.score.human, strict=True):
        comment = standing.marks[item.id].comment if item.id in standing.marks else ""
        made.append(HumanFeedback(item.title, scored.points, scored.earned, comment, item.rubric))
    return tuple(made)
