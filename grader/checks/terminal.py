"""What a student reads after a run: what failed, each with what was asked, expected and got; then points and what to do next."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.checks.outcome import CheckOutcome, Status
from grader.checks.plan import Plan
from grader.checks.progress import ExerciseProgress, progress

MARKS = {"earned": "✓", "missed": "✗", "not started": "○", "not checked here": "·"}
PLAIN_MARKS = {"earned": "+", "missed": "x", "not started": "o", "not checked here": "."}
COLOURS = {"earned": "32", "missed": "31", "not started": "33", "not checked here": "2"}
MAX_FAILURES_SHOWN = 5


@dataclass(frozen=True)
class Style:
    """How to write: width in columns, whether colour and symbols beyond ASCII may be used."""

    width: int
    colour: bool
    symbols: bool

    @classmethod
    def of(cls, encoding: str, colour: bool) -> Style:
        """For the terminal at hand."""
        return cls(min(shutil.get_terminal_size((100, 24)).columns, 120), colour, "utf" in encoding.lower())

    def paint(self, text: str, code: str) -> str:
        """``text`` in an ANSI colour, if colours are on."""
        return f"\033[{code}m{text}\033[0m" if self.colour else text

    def mark(self, state: str) -> str:
        """The symbol of an idea's state, coloured."""
        return self.paint((MARKS if self.symbols else PLAIN_MARKS)[state], COLOURS[state])


def report(plan: Plan, outcomes: Sequence[CheckOutcome], style: Style, printed: Mapping[str, str]) -> Iterator[str]:
    """The whole report, line by line. ``printed`` is what student code wrote during a check, by check id."""
    made = progress(plan, outcomes)
    for item in made:
        failures = [outcome for outcome in item.outcomes if outcome.status not in (Status.PASSED, Status.NOT_STARTED)]
        for outcome in failures[:MAX_FAILURES_SHOWN]:
            yield from _failure(plan, outcome, style, printed.get(outcome.check, ""))
        if len(failures) > MAX_FAILURES_SHOWN:
            yield f"  ... and {len(failures) - MAX_FAILURES_SHOWN} more in {item.exercise.id}: mend these first, then run again."
            yield ""
    yield style.paint(f"{plan.title}: points by the public checks", "1")
    for item in made:
        yield from _exercise(item, style)
    yield ""
    yield from _totals(plan, made)
    yield from _next_step(made)


def _failure(plan: Plan, outcome: CheckOutcome, style: Style, printed: str) -> Iterator[str]:
    yield style.paint(f"{outcome.exercise}: {outcome.title}", "1;31") + f"  [{outcome.status}]"
    requirements = [plan.requirement(label) for label in outcome.spec]
    rows = [("what", outcome.message), ("input", outcome.input), ("expected", outcome.expected), ("got", outcome.got)]
    rows += [("at", "\n".join(outcome.frames)), ("your code printed", printed.strip()[-600:]), ("hint", outcome.hint)]
    rows += [("asked", f'"{item.text}"  handout, section {item.section} ({item.label})') for item in requirements]
    for name, text in rows:
        if text:
            yield from _row(name, text, style)
    yield ""


def _row(name: str, text: str, style: Style) -> Iterator[str]:
    indent = " " * 12
    first = style.paint(f"  {name:<9} ", "2") if len(name) < 10 else style.paint(f"  {name}:", "2") + "\n" + indent
    lines: list[str] = []
    for line in text.splitlines():
        lines += textwrap.wrap(line, max(40, style.width - 12), replace_whitespace=False, drop_whitespace=False) or [""]
    yield first + ("\n" + indent).join(lines)


def _exercise(item: ExerciseProgress, style: Style) -> Iterator[str]:
    name, points = item.exercise.id, item.exercise.points
    role = "" if item.exercise.role == "required" else f"  ({item.exercise.role})"
    if item.not_started:
        yield f"  {style.mark('not started')} {name:<18} {'not started':>11}   0/{points:g}{role}"
        return
    state = "earned" if item.earned == points else "missed" if any(idea.state == "missed" for idea in item.ideas) else "not checked here"
    yield f"  {style.mark(state)} {name:<18} {'':>11} {item.earned:>3g}/{points:g}{role}"
    for idea in item.ideas:
        later = "   (checked after you hand in)" if idea.state == "not checked here" else ""
        yield f"      {style.mark(idea.state)} {idea.idea.title}  {idea.idea.points:g}{later}"


def _totals(plan: Plan, made: Sequence[ExerciseProgress]) -> Iterator[str]:
    required = [exercise for exercise in plan.exercises if exercise.role != "bonus"]
    bonus = [exercise for exercise in plan.exercises if exercise.role == "bonus"]
    earned = sum(item.earned for item in made if item.exercise.role != "bonus")
    line = f"auto {earned:g}/{sum(exercise.points for exercise in required):g}"
    if bonus:
        line += (
            f", bonus {sum(item.earned for item in made if item.exercise.role == 'bonus'):g}/{sum(exercise.points for exercise in bonus):g}"
        )
    if plan.human:
        titles, points = ", ".join(item.title for item in plan.human), sum(item.points for item in plan.human)
        line += f", human-graded parts pending ({points:g} points: {titles})"
    yield line
    yield "Hidden checks ask for the same requirements on other inputs; they decide when you hand in."


def _next_step(made: Sequence[ExerciseProgress]) -> Iterator[str]:
    """What is wrong comes before what is not begun."""
    for item in made:
        if any(idea.state == "missed" for idea in item.ideas):
            command = f"`make test E={item.exercise.id}` (or `python -m grader.checks test {item.exercise.id}`)"
            yield f"Next: mend {_file(item)}, then {command}."
            return
    for item in made:
        if item.not_started:
            yield f"Next: read the handout, section {item.exercise.handout}, and open {_file(item)}."
            return
    yield "Next: everything checked here is right. `make submit` builds what you hand in."


def _file(item: ExerciseProgress) -> str:
    return item.exercise.module.replace(".", "/") + ".py"
