"""A call of the student's code as one would type it: the input of whatever it raises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.checks.small_text import bounded, small_text

_LONGEST = 600


def call_text(target: object, args: Sequence[object], kwargs: Mapping[str, object]) -> str:
    """``RMSNorm(4)``: the target's own text, and the arguments in small."""
    shown = [small_text(value) for value in args] + [f"{name}={small_text(value)}" for name, value in kwargs.items()]
    return bounded(f"{target!r}({', '.join(shown)})", _LONGEST)
