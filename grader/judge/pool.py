"""Several judge processes side by side: tasks in, events out. A judge that dies is replaced and its task goes on where it stopped."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from grader.checks.outcome import CheckOutcome, Status
from grader.checks.session import Telemetry
from grader.checks.worker_source import WorkerLost
from grader.judge.checks_run import SuiteFault
from grader.judge.result import Result
from grader.judge.suite import Suite

ATTEMPTS = 3
GRADER_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Task:
    """One submission to judge. ``key`` is the caller's name for it; ``done`` are outcomes from before an interruption."""

    key: str
    root: Path
    content_hash: str
    done: Mapping[str, CheckOutcome] = field(default_factory=dict)


@dataclass(frozen=True)
class Started:
    """A judge began with a task."""

    key: str


@dataclass(frozen=True)
class Checked:
    """A check ended. The next check of this task starts when the caller asks for the next event."""

    key: str
    outcome: CheckOutcome
    telemetry: Telemetry


@dataclass(frozen=True)
class Judged:
    """A task is finished."""

    key: str
    result: Result


@dataclass(frozen=True)
class Unjudged:
    """A task could not be judged, through no fault of the submission; its outcomes so far stand, and it may be tried again."""

    key: str
    reason: str


Event = Started | Checked | Judged | Unjudged


@dataclass
class _Job:
    """One judge process and the task it is at."""

    process: subprocess.Popen[str]
    task: Task | None = None
    outcomes: dict[str, CheckOutcome] = field(default_factory=dict)

    def tell(self, message: Mapping[str, Any]) -> None:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(message) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return  # it has died; the end of its events says so

    def hear(self) -> dict[str, Any] | None:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.endswith("\n"):
            return None
        event: dict[str, Any] = json.loads(line)
        return event


class JudgePool:
    """``jobs`` judge processes over one suite. A context manager; ``run`` may be called several times."""

    def __init__(self, suite: Suite, jobs: int, allow_tier: str) -> None:
        self._suite = suite
        self._allow_tier = allow_tier
        self._count = jobs
        self._jobs: list[_Job] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for job in self._jobs:
            assert job.process.stdin is not None
            if error is not None:
                job.process.kill()
            job.process.stdin.close()
        for job in self._jobs:
            job.process.wait()

    def run(self, tasks: Iterable[Task]) -> Iterator[Event]:
        """Judge all tasks; events of different tasks come interleaved.

        Raises SuiteFault when the suite or the jail cannot run at all, WorkerLost when the machine lets no judge live.
        """
        waiting = deque(tasks)
        attempts: dict[str, int] = {}
        while len(self._jobs) < min(self._count, len(waiting)):
            self._jobs.append(self._start())
        with selectors.DefaultSelector() as selector:
            for job in self._jobs:
                selector.register(job.process.stdout, selectors.EVENT_READ, job)  # type: ignore[arg-type]
                if waiting and job.task is None:
                    yield self._give(job, waiting.popleft())
            while any(job.task for job in self._jobs):
                for key, _ in selector.select():
                    job = key.data
                    event = job.hear()
                    if event is None or event["event"] == "lost":
                        selector.unregister(job.process.stdout)
                        yield from self._bury(job, event, waiting, attempts)
                        replacement = self._start()
                        self._jobs.append(replacement)
                        selector.register(replacement.process.stdout, selectors.EVENT_READ, replacement)  # type: ignore[arg-type]
                        job = replacement
                    else:
                        yield from self._handle(job, event)
                    if job.task is None and waiting:
                        yield self._give(job, waiting.popleft())

    def _start(self) -> _Job:
        """A judge that is ready. One that the machine ended at once is tried again; one that says what is wrong is not."""
        for _ in range(ATTEMPTS):
            job = self._launch()
            answer = job.hear()
            if answer is not None and answer.get("suite") == self._suite.hash:
                return job
            if answer is not None and answer["event"] == "ready":
                job.process.kill()
                raise SuiteFault("the course, its checks or its solutions changed while grading began; run the same command again")
            status = job.process.wait()
            if answer is None and status > 0:
                raise SuiteFault(f"a judge process could not start; it ended with status {status}, see its message above")
        reason = answer["reason"] if answer else f"it ended with status {status}"
        raise WorkerLost(f"no judge process could be started in {ATTEMPTS} attempts: {reason}")

    def _launch(self) -> _Job:
        environment = {
            **os.environ,
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONPATH": f"{GRADER_ROOT}{os.pathsep}{self._suite.repository}",
        }
        command = [sys.executable, "-m", "grader.judge.job"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, encoding="utf-8")
        job = _Job(process)
        secret = self._suite.secret
        setup = {"repository": str(self._suite.repository), "assignment": self._suite.plan.assignment, "allow_tier": self._allow_tier}
        job.tell({**setup, "seed": secret.seed, "seed_hash": secret.hash})
        return job

    @staticmethod
    def _give(job: _Job, task: Task) -> Started:
        job.task = task
        job.outcomes = dict(task.done)
        done = [outcome.to_json() for outcome in task.done.values()]
        job.tell({"root": str(task.root), "content_hash": task.content_hash, "done": done})
        return Started(task.key)

    def _handle(self, job: _Job, event: dict[str, Any]) -> Iterator[Event]:
        assert job.task is not None
        if event["event"] == "outcome":
            outcome = CheckOutcome.from_json(event["outcome"])
            job.outcomes[outcome.check] = outcome
            yield Checked(job.task.key, outcome, Telemetry(**event["telemetry"]))
            job.tell({"durable": True})
            return
        task, job.task = job.task, None
        yield Judged(task.key, Result.from_json(event["result"]))

    def _bury(self, job: _Job, event: dict[str, Any] | None, waiting: deque[Task], attempts: dict[str, int]) -> Iterator[Event]:
        """A judge died: put its task back with the outcomes it had, or give the task up after some attempts."""
        job.process.kill()
        status = job.process.wait()
        self._jobs.remove(job)
        task = job.task
        if task is None:
            return
        attempts[task.key] = attempts.get(task.key, 0) + 1
        if attempts[task.key] < ATTEMPTS:
            done = {check: outcome for check, outcome in job.outcomes.items() if outcome.status is not Status.GRADER_FAULT}
            waiting.appendleft(Task(task.key, task.root, task.content_hash, done))
        else:
            reason = event["reason"] if event else f"the judge process ended with status {status}"
            yield Unjudged(task.key, f"{reason} ({ATTEMPTS} attempts)")
