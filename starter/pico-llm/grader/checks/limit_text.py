"""How a limit that was hit is told: its name, its value, and what the reference needs.

What the reference needs is a bound and no measurement, so that a verdict is the same bytes each time: it stays below a tenth of every
limit of its checks, CPU time and memory. A test of the framework runs it with a tenth of everything.
"""

from __future__ import annotations

from grader.checks.worker_source import Limits

SHARE = 10


def cpu_text(limits: Limits) -> str:
    """The CPU limit of a check."""
    return f"stopped after {limits.cpu_seconds:g} s of CPU time, the limit of this check; {_reference_time(limits)}"


def wall_text(limits: Limits) -> str:
    """The limit of real time."""
    return f"no answer within {limits.wall_seconds:g} s of real time, the limit of this check; {_reference_time(limits)}"


def memory_text(limits: Limits) -> str:
    """The memory limit."""
    return f"the limit of this check is {limits.memory_mb} MiB of memory; the reference needs less than {limits.memory_mb // SHARE} MiB"


def _reference_time(limits: Limits) -> str:
    return f"the reference needs less than {limits.cpu_seconds / SHARE:g} s of CPU time"
