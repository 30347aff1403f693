"""What a student reads after a run: what failed, each with what was asked, expected and got; then points and what to do next."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.checks.home import module_path
from grader.checks.outcome import CheckOutcome, Status
from grader.checks.plan import Plan
from grader.checks.progress import ExerciseProgress, progress

MARKS = {"earned": "✓", "missed": "✗", "not started": "○", "not checked here": "·", "not run now": "·"}
PLAIN_MARKS = {"earned": "+", "missed": "x", "not started": "o", "not checked here": ".", "not run now": "."}
COLOURS = {"earned": "32", "missed": "31", "not started": "33", "not checked here": "2", "not run now": "2"}
LATER = {"not checked here": "   (checked after you hand in)", "not run now": "   (not all of its checks ran now)"}
MAX_FAILURES_SHOWN = 5
MAX_PRINTED = 600
MAX_TITLES = 4


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


def report(
    plan: Plan, outcomes: Sequence[CheckOutcome], left_out: frozenset[str], style: Style, printed: Mapping[str, str]
) -> Iterator[str]:
    """The whole report, line by line.

    ``left_out``: ideas with checks that were not run now. ``printed``: what student code wrote during a check, by check id.
    """
    made = progress(plan, outcomes, left_out)
    for item in made:
        groups = _alike([outcome for outcome in item.outcomes if outcome.status not in (Status.PASSED, Status.NOT_STARTED)])
        for group in groups[:MAX_FAILURES_SHOWN]:
            yield from _failure(plan, group, style, printed.get(group[0].check, ""))
        if len(groups) > MAX_FAILURES_SHOWN:
            yield f"  ... and {len(groups) - MAX_FAILURES_SHOWN} more in {item.exercise.id}: mend these first, then run again."
            yield ""
    yield style.paint(f"{plan.title}: points by the public checks", "1")
    for item in made:
        yield from _exercise(item, style)
    yield ""
    whole = len(made) == len(plan.exercises) and not left_out
    yield from _totals(plan, made, whole)
    yield from _next_step(made, whole)


def _alike(failures: Sequence[CheckOutcome]) -> list[list[CheckOutcome]]:
    """Failures with one cause together: a module that cannot be imported fails every check of its exercise in the same words."""
    groups: dict[tuple[str, ...], list[CheckOutcome]] = {}
    for outcome in failures:
        alone = (outcome.check,) if outcome.status is Status.FAILED else ()
        groups.setdefault((outcome.status, outcome.message, *alone), []).append(outcome)
    return list(groups.values())


def _failure(plan: Plan, group: Sequence[CheckOutcome], style: Style, printed: str) -> Iterator[str]:
    outcome, others = group[0], group[1:]
    # Without a hint the end has nothing to do with what the check asks.
    title = outcome.title if outcome.hint or not others else f"{len(group)} checks end in the same way"
    yield style.paint(f"{outcome.exercise}: {title}", "1;31") + f"  [{outcome.status}]"
    rows = [("what", outcome.message), ("input", outcome.input), ("expected", outcome.expected), ("got", outcome.got)]
    rows += [("at", "\n".join(outcome.frames)), ("your code printed", _end_of(printed)), ("hint", outcome.hint)]
    if outcome.hint:
        requirements = [plan.requirement(label) for label in outcome.spec]
        rows += [("asked", f'"{item.text}"  handout, section {item.section} ({item.label})') for item in requirements]
    for name, text in rows:
        if text:
            yield from _row(name, text, style)
    if others:
        titles = "; ".join(item.title for item in others[:MAX_TITLES])
        rest = f"; and {len(others) - MAX_TITLES} more" if len(others) > MAX_TITLES else ""
        yield from _row(
            "also", f"{len(others)} more {'check ends' if len(others) == 1 else 'checks end'} in the same way: {titles}{rest}", style
        )
    yield ""


def _end_of(printed: str) -> str:
    """The last lines of what was printed."""
    text = printed.strip()
    if len(text) <= MAX_PRINTED:
        return text
    return "(earlier output left out)\n" + text[-MAX_PRINTED:].partition("\n")[2]


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
        later = LATER.get(idea.state, "")
        yield f"      {style.mark(idea.state)} {idea.idea.title}  {idea.idea.points:g}{later}"


def _totals(plan: Plan, made: Sequence[ExerciseProgress], whole: bool) -> Iterator[str]:
    if not whole:
        yield f"{_earned(made):g}/{_points(made):g} in what was checked now; `make test` (or `python -m grader.checks test`) shows all."
        return
    required = [item for item in made if item.exercise.role != "bonus"]
    bonus = [item for item in made if item.exercise.role == "bonus"]
    line = f"auto {_earned(required):g}/{_points(required):g}"
    if bonus:
        line += f", bonus {_earned(bonus):g}/{_points(bonus):g}"
    if plan.human:
        titles, points = ", ".join(item.title for item in plan.human), sum(item.points for item in plan.human)
        line += f", human-graded parts pending ({points:g} points: {titles})"
    yield line
    yield "Hidden checks ask for the same requirements on other inputs; they decide when you hand in."


def _earned(items: Sequence[ExerciseProgress]) -> float:
    return sum(item.earned for item in items)


def _points(items: Sequence[ExerciseProgress]) -> float:
    return sum(item.exercise.points for item in items)


def _next_step(made: Sequence[ExerciseProgress], whole: bool) -> Iterator[str]:
    """What is wrong comes before what is not begun."""
    for item in made:
        if any(idea.state == "missed" for idea in item.ideas):
            command = f"`make test E={item.exercise.id}` (or `python -m grader.checks test {item.exercise.id}`)"
            yield f"Next: mend {module_path(item.exercise.module)}, then {command}."
            return
    for item in made:
        if item.not_started:
            yield f"Next: read the handout, section {item.exercise.handout}, and open {module_path(item.exercise.module)}."
            return
    yield "Next: everything public is right. `make submit` builds what you hand in." if whole else "Next: run all checks."
