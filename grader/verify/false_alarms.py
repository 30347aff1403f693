"""The chance that the suite fails a right submission by bad luck, added up from what each random check declares."""

from __future__ import annotations

from grader.judge.checks_run import list_checks
from grader.judge.suite import Suite


def false_alarm_bound(suite: Suite) -> float:
    """Sum of the ``alpha`` of all checks of the suite, for one submission."""
    return sum(check.alpha for check in list_checks(suite.plan, suite.folders))
