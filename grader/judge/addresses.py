"""Memory addresses in messages: they differ from run to run and say nothing."""

from __future__ import annotations

import re
from dataclasses import replace

from grader.checks.outcome import CheckOutcome

_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")


def without_addresses(outcome: CheckOutcome) -> CheckOutcome:
    """The same outcome; ``<Cache object at 0x7f3a41c0>`` is ``<Cache object at 0x...>`` in its texts."""
    return replace(
        outcome,
        message=_masked(outcome.message),
        input=_masked(outcome.input),
        expected=_masked(outcome.expected),
        got=_masked(outcome.got),
    )


def _masked(text: str) -> str:
    return _ADDRESS.sub("at 0x...", text)
