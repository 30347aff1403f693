"""One pytest run, inside the judge's process, over one folder of student code that itself stays in its jail."""

from __future__ import annotations

import contextlib
import io
import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from grader.checks.marker import CheckInfo, declare_markers, read_marker
from grader.checks.plan import Plan
from grader.checks.running import ChecksPlugin
from grader.checks.session import CheckSession

# The judge's pytest runs the suite and nothing else: no configuration of whoever calls it, no plugin that happens to be installed, and
# none of pytest's own that a suite without output needs not (looking for unraisable exceptions alone cost 0.2 CPU seconds a run).
_WITHOUT = (
    "cacheprovider",
    "doctest",
    "faulthandler",
    "hypothesispytest",
    "junitxml",
    "logging",
    "pastebin",
    "terminal",
    "threadexception",
    "unittest",
    "unraisableexception",
    "warnings",
)
_OPTIONS = ("--import-mode=importlib", "--override-ini=addopts=", "--capture=no", *(f"-pno:{name}" for name in _WITHOUT))


class SuiteFault(Exception):
    """The suite itself could not run: a fault of the course or the grader, never of a submission."""


@dataclass
class _Watch:
    """What went wrong outside checks."""

    problems: list[str] = field(default_factory=list)
    interrupted: bool = False

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A test file that cannot be collected."""
        if report.failed:
            self.problems.append(str(report.longrepr))

    def pytest_internalerror(self, excrepr: object) -> None:
        """An exception in pytest or a plugin."""
        self.problems.append(str(excrepr))

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Somebody wants to stop. (pytest stops itself by a subclass.)"""
        self.interrupted = excinfo.type is KeyboardInterrupt


class _Lister:
    """Collects checks without running any."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.found: list[CheckInfo] = []

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make the markers known."""
        declare_markers(config)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note the checks of the plan's exercises and drop them."""
        known = {exercise.id for exercise in self.plan.exercises}
        self.found = [info for info in map(read_marker, items) if info is not None and info.exercise in known]
        items.clear()


def list_checks(plan: Plan, folders: tuple[Path, ...]) -> tuple[CheckInfo, ...]:
    """Every check of the plan's exercises in ``folders``. Raises SuiteFault when they cannot be collected."""
    lister = _Lister(plan)
    _run_pytest([lister], folders, folders[0].parent.parent)
    return tuple(lister.found)


def run_checks(session: CheckSession, folders: tuple[Path, ...]) -> None:
    """Run the checks of ``folders`` that the session asks for; its ``record`` gets each outcome.

    Raises SuiteFault when the suite cannot be collected or run, KeyboardInterrupt when the user interrupts.
    """
    places = folders
    if session.only:
        # The others need not be read.
        files = [folder / session.plan.exercise(exercise).check_file for exercise in sorted(session.only) for folder in folders]
        places = tuple(file for file in files if file.exists())
    _run_pytest([ChecksPlugin(session)], places, folders[0].parent.parent)


def _run_pytest(plugins: list[object], places: tuple[Path, ...], repository: Path) -> None:
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    watch = _Watch()
    arguments = [*_OPTIONS, f"--rootdir={repository}", *map(str, places)]
    with contextlib.redirect_stderr(io.StringIO()) as complaints:
        code = pytest.main(arguments, plugins=[*plugins, watch])
    if watch.interrupted:
        raise KeyboardInterrupt
    if watch.problems or code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise SuiteFault("\n".join(watch.problems) or complaints.getvalue() or f"pytest ended with {code!r}")
