"""What the kernel says when one of the jail's own limits is hit names no limit: here it is named, with its value."""

from __future__ import annotations

import re
from dataclasses import replace

from grader.checks.outcome import CheckOutcome, Status
from grader.jail.limits import MIB, OPEN_FILES, PROCESSES, SCRATCH_BYTES, SCRATCH_FILES

_LIMITS = (
    (re.compile(r"\[Errno 24\]"), f"{OPEN_FILES} open files"),
    (re.compile(r"\[Errno (27|28)\]"), f"{SCRATCH_BYTES // MIB} MiB in {SCRATCH_FILES} files"),
    (re.compile(r"\[Errno 11\]|can't start new thread"), f"{PROCESSES} processes and threads"),
)


def with_named_limits(outcome: CheckOutcome) -> CheckOutcome:
    """The same outcome; the message of an error that a limit of the jail brought about names that limit."""
    if outcome.status is not Status.ERROR:
        return outcome
    named = [
        f" The limit of a check is {limit}; the reference needs none." for pattern, limit in _LIMITS if pattern.search(outcome.message)
    ]
    return replace(outcome, message=outcome.message + "".join(named))
