"""Where each student stands: the submission that counts, its result, lateness, human marks, and the score made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from grader.checks.outcome import Status
from grader.course.lateness import lateness
from grader.course.model import Assignment, Course
from grader.course.points import exact, shown
from grader.course.scoring import AutomaticScore, ExerciseMark, Score, automatic_score, total_score
from grader.gradebook.class_list import class_list
from grader.gradebook.gradebook import Gradebook
from grader.gradebook.records import Extension, HumanMark, SubmissionRecord
from grader.intake.roster import RosterStudent
from grader.judge.result import Result

# How intake begins the one note that costs no points; any other (a module that is missing or cannot be read, a changed given one) may.
_HARMLESS_NOTE = "Left out: "
_MOST_NAMED = 3
# What is said of a student of the roster who is in no submission.
NOTHING_CAME = "Nothing was handed in."


@dataclass(frozen=True)
class Standing:
    """One student (or group) in one assignment.

    Attributes:
        result: of the newest finished attempt at the submission that counts; None before there is one.
        marks: human marks that hold, by item.
        stale_marks: items marked when another submission counted: a person should look again.
        roster: the students of the class list whose submission it is.
        roster_remarks: sentences where the class list and the submission do not fit.
    """

    submission: SubmissionRecord
    result: Result | None
    score: Score
    extension: Extension | None
    marks: Mapping[str, HumanMark]
    stale_marks: tuple[str, ...]
    roster: tuple[RosterStudent, ...] = ()
    roster_remarks: tuple[str, ...] = ()

    @property
    def attention(self) -> tuple[str, ...]:
        """Sentences for the TA: what keeps this standing from being plain."""
        late = self.score.lateness
        sentences = []
        if self.submission.problem:
            sentences.append(f"Could not be read: {self.submission.problem}")
        elif self.result is None:
            sentences.append("Not graded yet.")
        sentences += [note for note in self.submission.notes if not note.startswith(_HARMLESS_NOTE)]
        sentences += self.roster_remarks
        if self.result is not None and self.score.automatic_pending > 0:
            sentences.append(f"{shown(self.score.automatic_pending)} points are open because of a fault of the grader; grade again.")
        if self.result is not None:
            sentences += _unstable(self.result)
        if not late.accepted:
            sentences.append(f"{late.days} days late, after the last day that is accepted.")
        if late.deadline is not None and late.submitted_at is None:
            sentences.append("The download does not tell when it was handed in; counted as in time.")
        if self.stale_marks:
            sentences.append(f"Marked by a person before a newer submission came: {', '.join(self.stale_marks)}.")
        if self.result is not None and self.result.missing_layers:
            sentences.append(f"Graded in isolation tier {self.result.tier}, without: {', '.join(self.result.missing_layers)}.")
        return (*sentences, *(() if self.result is None else self.result.notes))


def _unstable(result: Result) -> Iterator[str]:
    """A sentence where checks differ from run to run: whether that is the student's doing, a person should see."""
    checks = [outcome.check for outcome in result.checks if outcome.status is Status.UNSTABLE]
    if checks:
        named = ", ".join(checks[:_MOST_NAMED]) + (", ..." if len(checks) > _MOST_NAMED else "")
        one = len(checks) == 1
        those = f"{len(checks)} check{'' if one else 's'} differ{'s' if one else ''} from run to run and count{'s' if one else ''}"
        yield f"{those} as not passed: look at the code before the grade stands ({named})."


def standings(book: Gradebook, course: Course, assignment_id: str) -> tuple[Standing, ...]:
    """The standing of every student who handed in, by student id."""
    assignment = course.assignment(assignment_id)
    marks = book.marks(assignment_id)
    extensions = book.extensions(assignment_id)
    listed = class_list(book, assignment_id)
    made = []
    for record in book.submissions(assignment_id):
        mine = {item: mark for (student, item), mark in marks.items() if student == record.student and mark.points is not None}
        extension = extensions.get(record.student)
        until = extension.until if extension is not None else None
        result = book.latest_result(record.key)
        score = total_score(
            assignment,
            _automatic(course, assignment, result),
            lateness(assignment, record.submitted_at, until),
            {item: mark.points for item, mark in mine.items() if mark.points is not None},
        )
        stale = tuple(sorted(item for item, mark in mine.items() if mark.content_hash != record.content_hash))
        students, remarks = listed.students.get(record.student, ()), listed.remarks.get(record.student, ())
        made.append(Standing(record, result, score, extension if until else None, mine, stale, students, remarks))
    return tuple(made)


def _automatic(course: Course, assignment: Assignment, result: Result | None) -> AutomaticScore:
    """Marks from the result; an exercise that it does not hold is open, not zero."""
    graded = {} if result is None else {exercise.id: exercise for exercise in result.exercises}
    marks = []
    for name in assignment.roles:
        exercise = graded.get(name)
        if exercise is None:
            points = course.exercise(name).points
            marks.append(ExerciseMark(name, points, Fraction(0), points))
        else:
            earned = sum((exact(idea.earned) for idea in exercise.ideas), Fraction(0))
            unsettled = sum((exact(idea.points) for idea in exercise.ideas if not idea.settled), Fraction(0))
            marks.append(ExerciseMark(name, exact(exercise.points), earned, unsettled))
    return automatic_score(assignment, marks)
