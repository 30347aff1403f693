"""What a run of checks is about, as one value: the plan, the folder under test, where workers come from, the seed, who listens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.checks.outcome import CheckOutcome
from grader.checks.plan import Plan
from grader.checks.worker_source import WorkerSource


@dataclass(frozen=True)
class Telemetry:
    """What may differ between two honest runs of a check: kept beside the outcome, never inside. Seconds.

    ``margin`` is the largest error of a comparison in units of its tolerance.
    """

    wall_seconds: float
    worker_cpu_seconds: float
    printed: str
    margin: float = 0.0


@dataclass(frozen=True)
class CheckSession:
    """One run of checks over one folder.

    Attributes:
        plan: the assignment.
        root: folder that holds the student's package.
        workers: where student code runs.
        seed: the suite's seed; secret for hidden checks.
        record: called once for each check, before the next one starts.
        reference: the same for the reference solution; None where hidden checks cannot run.
        reference_store: what the reference was measured to do, kept between submissions.
        only: exercises to check; empty for all.
        done: outcomes, by check id, from before the run was interrupted; these checks are not run again.
        max_timeouts: after so many timeouts in one exercise its other checks are not run: they time out too, and time is not endless.
        max_exercise_seconds: after so much real time in one exercise the same: code that waits without a reason must not hold up a class.
        minimise: whether a failing property is shrunk by searching (students) or only replayed (graders).
    """

    plan: Plan
    root: Path
    workers: WorkerSource
    seed: int
    record: Callable[[CheckOutcome, Telemetry], None]
    reference: tuple[Path, WorkerSource] | None = None
    reference_store: MutableMapping[tuple[str, str], Any] = field(default_factory=dict)
    only: frozenset[str] = frozenset()
    done: Mapping[str, CheckOutcome] = field(default_factory=dict)
    max_timeouts: int = 3
    max_exercise_seconds: float = 180.0
    minimise: bool = False
