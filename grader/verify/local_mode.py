"""The suites without a jail, as students run them: outcomes by check id, to hold against the judge's."""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from grader.checks.local import LocalWorkers
from grader.checks.outcome import CheckOutcome
from grader.checks.session import CheckSession, Telemetry
from grader.judge.checks_run import run_checks
from grader.judge.suite import Suite


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
