"""What a TA sees while a class is graded, and the table at the end."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tqdm import tqdm

from grader.batch.grade import Progress
from grader.checks.plan import Plan
from grader.checks.student_error import printable
from grader.course.lateness import Lateness
from grader.course.points import shown
from grader.gradebook.escape import one_line
from grader.gradebook.standing import Standing
from grader.intake.roster import RosterStudent
from grader.judge.result import ExerciseResult

SHORT = {"done": "done", "partial": "part", "not started": "-", "failed": "0", "unsettled": "?"}
_SCREENFUL = 20
_LONGEST = 160


class Console:
    """Progress on stderr: a bar on a terminal, a line per submission and how many are done elsewhere. A context manager."""

    def __init__(self) -> None:
        self._done = self._count = 0
        self._bar = tqdm(unit=" checks", desc="grading", leave=False, disable=not sys.stderr.isatty())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.close()

    def tell(self, progress: Progress) -> None:
        """Show one step."""
        if progress.what == "found":
            self._count = progress.count
            if self._bar.disable:
                print(f"0 of {self._count}", file=sys.stderr, flush=True)
        elif progress.what == "ran":
            self._bar.set_postfix_str(printable(progress.student)[:30], refresh=False)
            self._bar.update()
        elif progress.what in ("done", "given up"):
            self._done += 1
            name = printable(progress.student)
            self._bar.write(f"{self._done} of {self._count} {progress.what}: {name}  {progress.detail}", file=sys.stderr)


def standings_table(standings: Sequence[Standing], plan: Plan) -> Iterator[str]:
    """One line for each student: score, what lateness does to it, and how each exercise ended."""
    width = max(len(text) for text in ("student", *(printable(item.submission.display_name) for item in standings)))
    names = [exercise.id for exercise in plan.exercises]
    yield f"{'student':<{width}}  {'auto':>9}  {'bonus':>5}  {'late':<12}  " + "  ".join(f"{name[:11]:<11}" for name in names)
    for item in standings:
        name = printable(item.submission.display_name)
        if item.result is None:
            state = "could not be read" if item.submission.problem else "not graded yet"
            yield f"{name:<{width}}  {'-':>9}  {'':>5}  {_late(item.score.lateness):<12}  {state}"
            continue
        auto = f"{shown(item.score.automatic_earned)}/{shown(item.score.automatic.points)}"
        cells = "  ".join(f"{_cell(exercise):<11}" for exercise in item.result.exercises)
        yield f"{name:<{width}}  {auto:>9}  {shown(item.score.bonus_earned):>5}  {_late(item.score.lateness):<12}  {cells}"


def attention_lines(standings: Sequence[Standing], class_page: Path) -> Iterator[str]:
    """One line for each student who needs a person, up to a screenful, and how many there are; nothing when nobody does."""
    needing = [item for item in standings if item.attention]
    for item in needing[:_SCREENFUL]:
        yield f"  {printable(item.submission.display_name)}: {one_line(' '.join(item.attention))[:_LONGEST]}"
    if needing:
        yield f"{len(needing)} need{'s' if len(needing) == 1 else ''} a person: see {class_page}"


def layout_lines(layouts: Mapping[str, int]) -> Iterator[str]:
    """What was made of the names in the download."""
    known = [f"{layout} ({count})" for layout, count in sorted(layouts.items()) if layout]
    plain = f"{layouts.get('', 0)} taken by the names of folders and files"
    yield f"Layout: {', '.join(known)}; {plain}." if known else f"Layout of no platform that is known: {plain}."


def missing_lines(missing: Sequence[RosterStudent]) -> Iterator[str]:
    """Who of the roster handed in nothing; no line when everybody did."""
    if missing:
        named = ", ".join(f"{printable(student.name)} ({printable(student.id)})" for student in missing[:_SCREENFUL])
        more = ", ..." if len(missing) > _SCREENFUL else ""
        yield f"{len(missing)} of the roster handed in nothing: {named}{more}"


def _late(late: Lateness) -> str:
    if not late.accepted:
        return "not accepted"
    return f"-{shown(late.percent)}%" if late.percent else ""


def _cell(exercise: ExerciseResult) -> str:
    return f"{SHORT[exercise.status]} {exercise.earned:g}/{exercise.points:g}" if exercise.status == "partial" else SHORT[exercise.status]
