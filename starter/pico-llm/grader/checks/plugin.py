"""The pytest plugin of the student's folder: plain ``pytest`` there runs the public checks and ends with the report.

It reads ``course.json`` beside ``pyproject.toml`` and checks the package in the same folder. Those who work on the checks themselves point
it elsewhere: ``pytest tests/public tests/hidden -p grader.checks.plugin --plan build/course.json --submission DIR --reference solutions``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from grader.checks.local import LocalWorkers
from grader.checks.marker import read_marker
from grader.checks.outcome import CheckOutcome, Status
from grader.checks.plan import Plan
from grader.checks.running import ChecksPlugin
from grader.checks.session import CheckSession, Telemetry
from grader.checks.terminal import Style, report

PUBLIC_SEED = 20260101


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where to find things, for those who are not in a student's folder."""
    group = parser.getgroup("course checks")
    group.addoption("--plan", type=Path, default=None, help="the course.json to check against (default: beside pyproject.toml)")
    group.addoption("--submission", type=Path, default=None, help="folder that holds the package (default: the project's folder)")
    group.addoption("--reference", type=Path, default=None, help="folder that holds the reference package, for hidden checks")
    group.addoption("--suite-seed", type=int, default=PUBLIC_SEED, help="seed of all random inputs")
    group.addoption("--exercise", action="append", default=[], help="check only this exercise; may be repeated")


def pytest_configure(config: pytest.Config) -> None:
    """Set up the session of this run."""
    plan_path = config.getoption("plan") or config.rootpath / "course.json"
    try:
        plan = Plan.from_json(plan_path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise pytest.UsageError(f"{plan_path} is missing: run this inside the folder you were given") from None
    only = frozenset(config.getoption("exercise"))
    known = {exercise.id for exercise in plan.exercises}
    if unknown := only - known:
        raise pytest.UsageError(
            f"no exercise {', '.join(sorted(unknown))}; there are: {', '.join(exercise.id for exercise in plan.exercises)}"
        )
    config.pluginmanager.register(StudentRun(config, plan, only), "fairmark-student-run")


class StudentRun:
    """One run in local mode, from collection to the report."""

    def __init__(self, config: pytest.Config, plan: Plan, only: frozenset[str]) -> None:
        self._plan = plan
        self._outcomes: list[CheckOutcome] = []
        self._printed: dict[str, str] = {}
        self._left_out: set[str] = set()
        root = (config.getoption("submission") or config.rootpath).resolve()
        self._sources = [LocalWorkers(root)]
        reference = None
        if config.getoption("reference"):
            reference = (config.getoption("reference").resolve(), LocalWorkers(config.getoption("reference")))
            self._sources.append(reference[1])
        seed = config.getoption("suite_seed")
        session = CheckSession(plan, root, self._sources[0], seed, self._note, reference, only=only, minimise=True)
        config.pluginmanager.register(ChecksPlugin(session), "fairmark-checks")

    def _note(self, outcome: CheckOutcome, telemetry: Telemetry) -> None:
        self._outcomes.append(outcome)
        self._printed[outcome.check] = telemetry.printed

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Ideas with checks that this run leaves out: they cannot be called earned."""
        self._left_out |= {info.idea for info in map(read_marker, items) if info is not None}

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A stub that is not started is no success: exit status 1 unless everything passed."""
        if session.exitstatus == pytest.ExitCode.OK and any(outcome.status is not Status.PASSED for outcome in self._outcomes):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Stubs are counted as "not started", not as skipped."""
        if report.skipped and report.when == "call":
            return "not started", "o", "NOT STARTED"
        return None

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The report, in place of tracebacks."""
        if self._outcomes:
            style = Style.of(sys.stdout.encoding or "ascii", terminalreporter.hasmarkup and "NO_COLOR" not in os.environ)
            terminalreporter.write_line("")
            for line in report(self._plan, self._outcomes, frozenset(self._left_out), style, self._printed):
                terminalreporter.write_line(line)

    def pytest_unconfigure(self) -> None:
        """End the workers."""
        for source in self._sources:
            source.close()
