"""How one check ended, as data: what the student's terminal, the judge and every export are made from."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


class Status(enum.StrEnum):
    """The ways a check can end. Only ``GRADER_FAULT`` is not the submission's doing."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_STARTED = "not started"
    ERROR = "error"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out of memory"
    CRASHED = "crashed"
    FORBIDDEN_API = "forbidden API"
    MISSING_DEPENDENCY = "missing dependency"
    NEEDS_NEWER_PYTHON = "needs newer Python"
    UNSTABLE = "differs from run to run"
    GRADER_FAULT = "grader fault"


@dataclass(frozen=True)
class CheckOutcome:
    """One check of one submission.

    Attributes:
        check: stable id, ``public/test_rmsnorm.py::test_name``.
        exercise: exercise id, ``rmsnorm``.
        idea: idea id, ``rmsnorm.root_mean_square``.
        spec: labels of the handout's requirements that ask for this behaviour.
        title: completes the sentence "This check ...".
        hint: what to look at; shown with a failure of a public check.
        status: how it ended.
        message: one or a few sentences; bounded, plain text, may quote the student's code.
        input, expected, got: the failing example in small, as text; empty where there is none.
        frames: the student's own stack frames, ``picollm/rmsnorm.py:12 in forward``.
        observations: facts for diagnosis, sorted by name; values are bool, int or str.
        used_given: exercises whose reference stood in for the student's (``given_on_failure``).
    """

    check: str
    exercise: str
    idea: str
    spec: tuple[str, ...]
    title: str
    hint: str
    status: Status
    message: str = ""
    input: str = ""
    expected: str = ""
    got: str = ""
    frames: tuple[str, ...] = ()
    observations: tuple[tuple[str, bool | int | str], ...] = ()
    used_given: tuple[str, ...] = ()

    @property
    def hidden(self) -> bool:
        """True for a check that students never see."""
        return self.check.startswith("hidden/")

    def to_json(self) -> dict[str, Any]:
        """A plain dictionary, JSON-ready, with the same keys."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CheckOutcome:
        """Inverse of ``to_json``."""
        fields = dict(data)
        fields["status"] = Status(fields["status"])
        for name in ("spec", "frames", "used_given"):
            fields[name] = tuple(fields[name])
        fields["observations"] = tuple((name, value) for name, value in fields["observations"])
        return cls(**fields)
