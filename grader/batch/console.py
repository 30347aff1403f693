"""What a TA sees while a class is graded, and the table at the end."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self

from tqdm import tqdm

from grader.batch.grade import Progress
from grader.checks.plan import Plan
from grader.checks.student_error import printable
from grader.course.points import shown
from grader.gradebook.standing import Standing
from grader.judge.result import ExerciseResult

SHORT = {"done": "done", "partial": "part", "not started": "-", "failed": "0", "unsettled": "?"}


class Console:
    """Progress on stderr: a bar on a terminal, a line per submission elsewhere. A context manager."""

    def __init__(self) -> None:
        self._bar = tqdm(unit=" checks", desc="grading", leave=False, disable=not sys.stderr.isatty())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.close()

    def tell(self, progress: Progress) -> None:
        """Show one step."""
        if progress.what == "ran":
            self._bar.set_postfix_str(printable(progress.student)[:30], refresh=False)
            self._bar.update()
        elif progress.what in ("done", "given up"):
            self._bar.write(f"{progress.what}: {printable(progress.student)}  {progress.detail}", file=sys.stderr)


def standings_table(standings: Sequence[Standing], plan: Plan) -> Iterator[str]:
    """One line for each student: score, and how each exercise ended."""
    width = max((len(printable(item.submission.display_name)) for item in standings), default=4)
    names = [exercise.id for exercise in plan.exercises]
    yield f"{'student':<{width}}  {'auto':>9}  {'bonus':>5}  " + "  ".join(f"{name[:11]:<11}" for name in names)
    for item in standings:
        name = printable(item.submission.display_name)
        if item.result is None:
            yield f"{name:<{width}}  {'-':>9}  {'':>5}  {printable(' '.join(item.attention))[:100]}"
            continue
        auto = f"{shown(item.score.automatic_earned)}/{shown(item.score.automatic.points)}"
        cells = "  ".join(f"{_cell(exercise):<11}" for exercise in item.result.exercises)
        yield f"{name:<{width}}  {auto:>9}  {shown(item.score.bonus_earned):>5}  {cells}"


def _cell(exercise: ExerciseResult) -> str:
    return f"{SHORT[exercise.status]} {exercise.earned:g}/{exercise.points:g}" if exercise.status == "partial" else SHORT[exercise.status]
