"""Grades a download: every outcome goes into the gradebook before the next check starts, so that a killed run goes on where it stopped."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.batch.only_grader import only_grader
from grader.gradebook import records
from grader.gradebook.gradebook import Gradebook
from grader.gradebook.records import Attempt, SubmissionRecord
from grader.intake.adapters.adapt import AUTO
from grader.intake.collect import collect
from grader.intake.roster import RosterStudent
from grader.intake.submission import Submission
from grader.judge.pool import Checked, Judged, JudgePool, Started, Task, Unjudged
from grader.judge.suite import Suite

GRADEBOOK = "gradebook.sqlite"


@dataclass(frozen=True)
class Progress:
    """Something to tell the person who waits.

    First how many submissions were ``found`` that are to be judged (``count``); then a submission ``began``, a check ``ran``, a
    submission is ``done`` or was ``given up``.
    """

    what: str
    student: str
    detail: str = ""
    count: int = 0


@dataclass(frozen=True)
class Graded:
    """What a run did.

    Attributes:
        total: submissions found in the download.
        fresh: judged now. ``kept``: judged before with the same content and the same suite.
        unreadable: intake could make nothing of them; the gradebook says why.
        layouts: the platforms whose layouts were recognised, with how many submissions each; of "" none was.
        unsettled: left open by a fault of the grader, with the reason; run again.
    """

    total: int
    fresh: int
    kept: int
    layouts: Mapping[str, int]
    unreadable: tuple[str, ...]
    unsettled: tuple[str, ...]


def grade(
    suite: Suite,
    download: Path,
    out: Path,
    *,
    jobs: int,
    allow_tier: str,
    by_whom: str,
    regrade: bool,
    tell: Callable[[Progress], None],
    roster: Sequence[RosterStudent] = (),
    adapter: str = AUTO,
) -> Graded:
    """Grade everything in ``download`` into ``out/gradebook.sqlite``. Without a ``roster``, the one given before goes on to hold.
    ``adapter`` is for submissions without the course's package.

    Raises IntakeError when there is nothing to read, SuiteFault when the suite or the jail cannot run, AnotherGrader while another process
    grades into ``out``, WorkerLost and GradebookUnavailable when the machine stands against it.
    """
    out.mkdir(parents=True, exist_ok=True)
    with only_grader(out), Gradebook(out / GRADEBOOK) as book:
        run = book.start_run(suite.plan.assignment, suite.hash, str(download), by_whom)  # first: what cannot be written need not be read
        submissions = collect(download, suite.plan, out / "submissions", suite.repository, adapter)
        book.enter_roster(run, roster)
        entered = book.register(run, submissions)
        work = list(_work(book, suite, submissions, entered, by_whom, regrade))
        open_work = [(task, record, attempt) for task, record, attempt in work if not attempt.finished]
        tell(Progress("found", "", count=len(open_work)))
        unsettled = tuple(_judge_all(book, suite, open_work, jobs, allow_tier, tell))
        book.finish_run(run)
    unreadable = tuple(item.student for item in submissions if item.problem)
    layouts = Counter(item.layout for item in submissions)
    return Graded(len(submissions), len(open_work) - len(unsettled), len(work) - len(open_work), layouts, unreadable, unsettled)


def _work(
    book: Gradebook, suite: Suite, submissions: tuple[Submission, ...], entered: tuple[SubmissionRecord, ...], by_whom: str, regrade: bool
) -> Iterator[tuple[Task, SubmissionRecord, Attempt]]:
    for submission, record in zip(submissions, entered, strict=True):
        if submission.problem:
            continue
        attempt = book.begin_attempt(record.key, suite.hash, by_whom, regrade=regrade)
        done = {outcome.check: outcome for outcome in attempt.outcomes}
        yield Task(str(attempt.id), submission.root, submission.content_hash, done), record, attempt


def _judge_all(
    book: Gradebook,
    suite: Suite,
    work: list[tuple[Task, SubmissionRecord, Attempt]],
    jobs: int,
    allow_tier: str,
    tell: Callable[[Progress], None],
) -> Iterator[str]:
    """Judge what is open; yields a sentence for each submission that could not be settled."""
    names = {task.key: record.display_name for task, record, _ in work}
    host = os.uname().nodename
    with JudgePool(suite, jobs, allow_tier) as pool:
        for event in pool.run([task for task, _, _ in work]):
            name = names[event.key]
            match event:
                case Started():
                    tell(Progress("began", name))
                case Checked(key, outcome, telemetry):
                    cost = records.Telemetry(telemetry.worker_cpu_seconds, telemetry.wall_seconds, host)
                    book.record_outcome(int(key), outcome, cost)
                    tell(Progress("ran", name, outcome.check))
                case Judged(key, result):
                    book.finish_attempt(int(key), result)
                    tell(Progress("done", name, f"{result.earned:g}/{result.points:g}"))
                case Unjudged(_, reason):
                    tell(Progress("given up", name, reason))
                    yield f"{name}: {reason}"
