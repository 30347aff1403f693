"""From the exception that ended a check to its status and a message that teaches."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pytest

from grader.checks.compare import CheckFailure
from grader.checks.ends import CheckCrashed, CheckOutOfMemory, CheckTimeout, WorkerEnded
from grader.checks.home import module_path
from grader.checks.limit_text import memory_text
from grader.checks.outcome import Status
from grader.checks.plan import PlannedExercise
from grader.checks.stub import exercise_not_started
from grader.checks.student_error import StudentError, printable
from grader.checks.worker_source import Limits

MAX_MESSAGE = 1200
_STUMBLES = (TypeError, AttributeError, LookupError, ValueError, RuntimeError, ArithmeticError)
_OF_THE_SOURCE = (Status.NOT_STARTED, Status.FORBIDDEN_API, Status.MISSING_DEPENDENCY, Status.NEEDS_NEWER_PYTHON)
_OUT_OF_MEMORY = re.compile(r"can't allocate memory|DefaultCPUAllocator|not enough memory")
_NEWER_SYNTAX = re.compile(r"^\s*(type\s+\w+(\[.*\])?\s*=|(async\s+)?def\s+\w+\[|class\s+\w+\[)")


@dataclass(frozen=True)
class Ending:
    """How a check ended; the fields are those of CheckOutcome, and ``importing``: the exercise's module could not be imported."""

    status: Status
    message: str = ""
    input: str = ""
    expected: str = ""
    got: str = ""
    frames: tuple[str, ...] = ()
    importing: bool = False

    @property
    def is_about_the_source(self) -> bool:
        """Whether it is no answer to anything: neither the check's input nor its hint have to do with it."""
        return self.importing or self.status in _OF_THE_SOURCE


class ForbiddenInSource(Exception):
    """The exercise's source uses names that the assignment does not allow; the message quotes them with their lines."""


class EndedBefore(Exception):
    """The worker's end came before the check began. pytest's fixtures cannot raise what is no ``Exception``."""

    def __init__(self, ended: WorkerEnded) -> None:
        super().__init__(str(ended))
        self.ended = ended


def ending_of(
    error: BaseException | None, *, exercise: PlannedExercise, package: str, limits: Limits, answered: bool, source_line: str = ""
) -> Ending:
    """Classify what ended a check.

    Args:
        error: None when the check passed.
        exercise: what the check is about.
        package: the student's package; a missing module outside it is a missing dependency.
        limits: what the check may use.
        answered: whether the student's code had returned anything: from then on, an exception in the test's own code
            (``None - tensor``) says that the answer cannot be examined; before, it is the grader's.
        source_line: for a syntax error, the line it points at.
    """
    ending = Ending(Status.PASSED) if error is None else _of(error, exercise, package, answered, source_line)
    if ending.status is Status.OUT_OF_MEMORY and isinstance(getattr(error, "student_error", None), StudentError):
        ending = replace(ending, message=f"{_bounded(ending.message)} ({memory_text(limits)})")
    # A property check notes the example on whatever ended it; otherwise the call that did not come back is the input.
    example = "\n".join(getattr(error, "__notes__", ())) or getattr(error, "student_call", "")
    return replace(
        ending,
        message=_bounded(ending.message),
        input=_bounded(ending.input or ("" if ending.is_about_the_source else example)),
        expected=_bounded(ending.expected),
        got=_bounded(ending.got),
    )


def _of(error: BaseException, exercise: PlannedExercise, package: str, answered: bool, source_line: str) -> Ending:
    described = getattr(error, "student_error", None)
    if isinstance(described, StudentError):
        return _of_student_error(described, exercise, package, source_line)
    if isinstance(error, EndedBefore):
        return _of(error.ended, exercise, package, answered, source_line)
    if isinstance(error, ForbiddenInSource):
        return Ending(Status.FORBIDDEN_API, str(error))
    if isinstance(error, CheckFailure):
        return Ending(Status.FAILED, error.rationale, error.input, error.expected, error.got)
    for kind, status in ((CheckTimeout, Status.TIMEOUT), (CheckOutOfMemory, Status.OUT_OF_MEMORY), (CheckCrashed, Status.CRASHED)):
        if isinstance(error, kind):
            return Ending(status, str(error))
    if isinstance(error, AssertionError):
        return Ending(Status.FAILED, _assertion(error))
    if isinstance(error, pytest.fail.Exception):
        return Ending(Status.FAILED, _failed(error))
    if answered and isinstance(error, _STUMBLES) and not _OUT_OF_MEMORY.search(str(error)):
        return Ending(Status.FAILED, f"The answer could not be examined: {type(error).__name__}: {_bounded(str(error))}")
    return Ending(Status.GRADER_FAULT, f"{type(error).__name__}: {_bounded(str(error))}")


def _of_student_error(error: StudentError, exercise: PlannedExercise, package: str, source_line: str) -> Ending:
    said = f"{error.name}: {error.message}" if error.message else error.name
    if error.ancestor == "NotImplementedError" and exercise_not_started(error.message):
        return Ending(Status.NOT_STARTED, error.message)
    if error.forbidden:
        return Ending(
            Status.FORBIDDEN_API, f"{error.forbidden} is not allowed in this exercise: it is what you are to write.", frames=error.frames
        )
    if error.module == exercise.module:
        return Ending(Status.NOT_STARTED, f"{exercise.id} was not handed in: there is no {module_path(exercise.module)}.", importing=True)
    if error.module and error.module.split(".")[0] != package:
        return Ending(Status.MISSING_DEPENDENCY, f"It needs the package {error.module}, which is not installed here.", frames=error.frames)
    if error.ancestor == "MemoryError" or _OUT_OF_MEMORY.search(error.message):
        return Ending(Status.OUT_OF_MEMORY, said, frames=error.frames)
    if error.ancestor == "SyntaxError" and _NEWER_SYNTAX.match(source_line):
        return Ending(Status.NEEDS_NEWER_PYTHON, f"This line needs a newer Python: {_bounded(source_line.strip())}", frames=error.frames)
    if not error.importing:
        return Ending(Status.ERROR, f"It raised {said}", frames=error.frames)
    # The frames end in the file at fault, which may be another module that this one imports.
    at_fault = error.frames[-1].partition(":")[0] if error.frames else ""
    elsewhere = f" in {at_fault}, which it imports" if at_fault and at_fault != module_path(exercise.module) else ""
    return Ending(Status.ERROR, f"Importing {module_path(exercise.module)} raised{elsewhere} {said}", frames=error.frames, importing=True)


def _assertion(error: AssertionError) -> str:
    # pytest's rewriting appends the compared expressions after the sentence that the check's author wrote.
    text = str(error)
    sentence, _, _ = text.partition("\nassert ")
    return _bounded(sentence)


def _failed(error: BaseException) -> str:
    match = re.fullmatch(r"DID NOT RAISE (?:<class .)?(\w+)(?:.>)?", str(error))
    return f"It should have raised {match.group(1)} and did not." if match else _bounded(str(error))


def _bounded(text: str) -> str:
    return printable(text if len(text) <= MAX_MESSAGE else text[:MAX_MESSAGE] + " ...")
