"""The samples of foreign code, collected and graded with the course's own checks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from grader.checks.local import LocalWorkers
from grader.checks.outcome import CheckOutcome, Status
from grader.checks.session import CheckSession
from grader.checks.worker_source import WorkerSource
from grader.course.load import load_course
from grader.course.plan import plan_for
from grader.intake.collect import collect
from grader.intake.submission import Submission
from grader.judge.checks_run import list_checks, run_checks

REPOSITORY = Path(__file__).parents[3]
SAMPLES = Path(__file__).with_name("samples")
PUBLIC = (REPOSITORY / "tests" / "public",)
COURSE = load_course(REPOSITORY / "course.toml")
PLAN = plan_for(COURSE, "pico-llm", (REPOSITORY / COURSE.assignment("pico-llm").handout).read_text(encoding="utf-8"))


def collected(workspace: Path, adapter: str, download: Path = SAMPLES) -> dict[str, Submission]:
    """The submissions of a download, by id."""
    return {item.id: item for item in collect(download, PLAN, workspace, REPOSITORY, adapter)}


class Grading:
    """Runs public checks over a folder; a context manager."""

    def __init__(self) -> None:
        self._workers = LocalWorkers(REPOSITORY / "solutions")
        self._checks = list_checks(PLAN, PUBLIC)

    def __enter__(self) -> Grading:
        return self

    def __exit__(self, *_: object) -> None:
        self._workers.close()

    def run(self, root: Path, exercise: str, names: Collection[str] = ()) -> dict[str, CheckOutcome]:
        """Outcomes of an exercise's public checks, by the name of the test; of these names alone when there are any."""
        self._workers.move_to(root)
        return self.run_in(self._workers, root, exercise, names)

    def run_in(self, workers: WorkerSource, root: Path, exercise: str, names: Collection[str] = ()) -> dict[str, CheckOutcome]:
        """The same with student code elsewhere."""
        found: dict[str, CheckOutcome] = {}
        left_out = [info for info in self._checks if names and info.id.partition("::")[2] not in names]
        done = {info.id: CheckOutcome(info.id, info.exercise, info.idea, (), "", "", Status.PASSED) for info in left_out}
        session = CheckSession(
            PLAN, root, workers, 7, lambda outcome, _: found.update({outcome.check: outcome}), only=frozenset({exercise}), done=done
        )
        run_checks(session, PUBLIC)
        return {check.partition("::")[2]: outcome for check, outcome in found.items()}


def not_passed(outcomes: Mapping[str, CheckOutcome]) -> dict[str, Status]:
    """The checks that did not pass, with how they ended."""
    return {name: outcome.status for name, outcome in outcomes.items() if outcome.status is not Status.PASSED}
