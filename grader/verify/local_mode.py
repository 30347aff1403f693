"""The suites without a jail, as students run them: to hold against what the judge saw."""

from __future__ import annotations

import multiprocessing
from collections.abc import MutableMapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from grader.checks.local import LocalWorkers
from grader.checks.outcome import CheckOutcome
from grader.checks.session import CheckSession, Telemetry
from grader.judge.checks_run import run_checks
from grader.judge.suite import Suite
from grader.verify.kept import Kept, Seen
from grader.verify.specimens import Specimen


class LocalRuns:
    """Runs folder after folder in local mode. A context manager; the reference is measured once for all."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._workers = LocalWorkers(suite.reference)
        self._reference = LocalWorkers(suite.reference)
        self._measured: MutableMapping[tuple[str, str], Any] = {}

    def __enter__(self) -> LocalRuns:
        return self

    def __exit__(self, *_: object) -> None:
        self._workers.close()
        self._reference.close()

    def run(self, root: Path, only: frozenset[str] = frozenset()) -> dict[str, CheckOutcome]:
        """Outcomes of the package under ``root``, of these exercises only if any are named."""
        outcomes: dict[str, CheckOutcome] = {}

        def note(outcome: CheckOutcome, _: Telemetry) -> None:
            outcomes[outcome.check] = outcome

        self._workers.move_to(root)
        reference = (self._suite.reference, self._reference)
        session = CheckSession(self._suite.plan, root, self._workers, self._suite.secret.seed, note, reference, self._measured, only)
        run_checks(session, self._suite.folders)
        return outcomes


def run_all(suite: Suite, specimens: Sequence[Specimen], jobs: int, kept: Kept) -> dict[str, dict[str, Seen]]:
    """By each specimen's key what was seen of every check: of its own exercise for a variant, of all for the reference and the starter."""
    waiting = [item for item in specimens if any(kept.get(item.root, exercise) is None for exercise in _exercises(suite, item))]
    shares = [share for start in range(jobs) if (share := waiting[start::jobs])]
    if shares:
        # Not by fork: this process may have threads.
        with ProcessPoolExecutor(len(shares), mp_context=multiprocessing.get_context("spawn")) as pool:
            list(pool.map(partial(_run_share, suite, kept), shares))
    return {item.key: _known(suite, item, kept) for item in specimens}


def _run_share(suite: Suite, kept: Kept, specimens: Sequence[Specimen]) -> None:
    with LocalRuns(suite) as runs:
        for item in specimens:
            outcomes = runs.run(item.root, frozenset(_exercises(suite, item)))
            for exercise in _exercises(suite, item):
                kept.put(item.root, exercise, [Seen(outcome, 0.0) for outcome in outcomes.values() if outcome.exercise == exercise])


def _known(suite: Suite, specimen: Specimen, kept: Kept) -> dict[str, Seen]:
    return {seen.outcome.check: seen for exercise in _exercises(suite, specimen) for seen in kept.get(specimen.root, exercise) or ()}


def _exercises(suite: Suite, specimen: Specimen) -> tuple[str, ...]:
    return (specimen.exercise,) if specimen.exercise else tuple(exercise.id for exercise in suite.plan.exercises)
