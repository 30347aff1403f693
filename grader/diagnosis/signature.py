"""The trace that a mistake leaves: which checks of its exercise fail and how, what they say, and what they observe."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass

from grader.checks.answer_text import answer_text
from grader.checks.outcome import CheckOutcome, Status

SCHEMA = 1
# These say nothing about what the code would have done.
UNTOLD = (Status.NOT_STARTED, Status.GRADER_FAULT)
_LINE = ":"
_NOT_RUN = "not run:"
_SAYS = " says"
_REPLAY = " answers "
_RAISES_IN = " raises in"
# A count that is too high is the author's own, not the mistake's.
_BOUND = "at most"
_LONGEST = 120


@dataclass(frozen=True)
class Signature:
    """A misconception as the outcomes of one implementation show it; over another design it may have another trace, which is another row.

    Attributes:
        exercise, name: which one; ``name`` is the file's name under ``solutions/misconceptions/<exercise>/``.
        title: the wrong idea as a statement.
        features: as ``features`` gives them.
        for_the_ta, for_the_student: the explanation, and the hint that does not give the answer away.
    """

    exercise: str
    name: str
    title: str
    features: tuple[str, ...]
    for_the_ta: str = ""
    for_the_student: str = ""


def features(outcomes: Iterable[CheckOutcome], exercise: str) -> tuple[str, ...]:
    """What the outcomes of one exercise show, sorted: ``<question>: <answer>`` for how checks end, ``<question> = <answer>`` for the rest.

    For each check that did not pass: its status; ``<check> says``, the gist of its message; ``<check> raises in``, the function that an
    exception came from; ``<check> answers <digest of the question>``, where it compared with an expected value; and each observation.
    Empty when all passed.
    """
    found: set[str] = set()
    for outcome in outcomes:
        if outcome.exercise == exercise and outcome.status is not Status.PASSED and is_told(outcome):
            found.add(f"{outcome.check}: {outcome.status}")
            found.add(f"{outcome.check}{_SAYS} = {gist(outcome)}")
            found.update(f"{outcome.check}{_RAISES_IN} = {name}" for name in _innermost_function(outcome.frames))
            found.update(f"{name} = {value}" for name, value in outcome.observations)
            if outcome.expected and not outcome.expected.startswith(_BOUND):
                found.add(
                    f"{outcome.check}{_REPLAY}{_digest(_rounded(outcome.input) + _rounded(outcome.expected))} = {_rounded(outcome.got)}"
                )
    return tuple(sorted(found))


def trace(outcomes: Iterable[CheckOutcome], exercise: str, fixed: Collection[str]) -> tuple[str, ...]:
    """The features that go into a table: answers only of ``fixed`` checks, as those to random inputs are another secret's."""

    def is_lasting(feature: str) -> bool:
        check, replays, _ = feature.partition(_REPLAY)
        return not replays or check.partition("[")[0] in fixed

    return tuple(filter(is_lasting, features(outcomes, exercise)))


def is_told(outcome: CheckOutcome) -> bool:
    """Whether the outcome says how the code behaves: not where it was not written, not run, or the grader failed."""
    return outcome.status not in UNTOLD and not outcome.message.startswith(_NOT_RUN)


def gist(outcome: CheckOutcome) -> str:
    """Which of its assertions a check failed: the beginning of its message without numbers; of an exception the type and the module.

    Two authors of one mistake name things differently and round differently; what the check was about to compare is the same.
    """
    beginning = re.split(r"[:{\"'\n]", outcome.message, maxsplit=1)[0]
    words = re.sub(r"-?\d[\d.e+-]*(?:,? -?\d[\d.e+-]*)*", "#", beginning)[:_LONGEST].strip()
    return f"{words} in {outcome.frames[-1].partition(_LINE)[0]}" if outcome.frames else words


def _innermost_function(frames: Sequence[str]) -> Sequence[str]:
    """The name of the innermost function that is not the author's own helper, as a leading underscore says; empty without one."""
    names = [frame.rpartition(" in ")[2] for frame in frames]
    return [name for name in names if name == "__init__" or not name.startswith("_")][-1:]


def _rounded(text: str) -> str:
    """The text with three significant digits for each number, so that the order of additions does not show; its beginning and a digest."""
    short = re.sub(r"-?\d+\.\d+(e[+-]?\d+)?", lambda number: answer_text(float(number[0])), text)
    return short if len(short) <= _LONGEST else f"{short[:_LONGEST]}... #{_digest(short)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:6]


def answers(found: Iterable[str]) -> dict[str, str]:
    """Features as question -> answer; a check's id asks how it ends."""
    told = {}
    for feature in found:
        question, equals, answer = feature.partition(" = ")
        if not equals:
            question, _, answer = feature.rpartition(": ")
        told[question] = answer
    return told


def is_check(question: str) -> bool:
    """Whether a question is how a check ends."""
    return "::" in question and " " not in question


def is_gist(question: str) -> bool:
    """Whether a question is what a check says."""
    return "::" in question and question.endswith(_SAYS)


def is_where(question: str) -> bool:
    """Whether a question is which function a check's exception came from."""
    return "::" in question and question.endswith(_RAISES_IN)


def is_replay(question: str) -> bool:
    """Whether a question is what comes for one input."""
    return _REPLAY in question or ".answer." in question


def to_json(signatures: Sequence[Signature]) -> str:
    """Stable text of a table of signatures."""
    rows = [asdict(signature) for signature in sorted(signatures, key=lambda item: (item.exercise, item.name, item.features))]
    return json.dumps({"schema": SCHEMA, "signatures": rows}, indent=1, ensure_ascii=False) + "\n"


def from_json(text: str) -> tuple[Signature, ...]:
    """Inverse of ``to_json``. Raises ValueError on another schema."""
    data = json.loads(text)
    if data.get("schema") != SCHEMA:
        raise ValueError(f"the table of signatures has schema {data.get('schema')!r}; this version reads {SCHEMA}")
    return tuple(Signature(**{**row, "features": tuple(row["features"])}) for row in data["signatures"])
