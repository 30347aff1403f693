"""What ``submit`` tells: the zip, what the grader will take from it, and what it will not find."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.checks.handin import HandIn
from grader.checks.plan import Plan

SHOWN = 8
# What every student has: nobody wonders that it is not handed in.
SHIPPED = frozenset(
    {
        "README.md",
        "Makefile",
        "pyproject.toml",
        "requirements.txt",
        "handout.md",
        "3seqs.txt",
        "data",
        "course.json",
        "given.json",
        "tests",
        "grader",
        "build",
        "runs",
    }
)


def submit_report(hand_in: HandIn, plan: Plan, out: Path) -> Iterator[str]:
    """The report, line by line."""
    yield f"Built {out.as_posix()}. This is what the grader will make of it:"
    yield f"  code          {len(hand_in.modules)} modules: {', '.join(item.path for item in hand_in.modules)}"
    for found in hand_in.deliverables:
        state = ", ".join(found.files) if found.files else "nothing found"
        missing = "" if found.complete else f"   MISSING: at least {found.at_least} of {found.pattern}"
        yield f"  {found.id:<13} {state}{missing}"
    members = ", ".join(hand_in.members) or "one person (for a group, put a members.txt with one name per line here)"
    yield f"  members       {members}"
    for fault in hand_in.faults:
        yield f"  BROKEN        {fault.told} The exercises that need it will fail."
    left_out = [item.path for item in hand_in.ignored if item.path.split("/")[0] not in SHIPPED and not item.path.startswith(".")]
    if left_out:
        others = f" and {len(left_out) - SHOWN} more" if len(left_out) > SHOWN else ""
        yield f"  left out      {', '.join(left_out[:SHOWN])}{others}"
    for note in hand_in.notes:
        yield f"  note: {note}"
    if plan.human:
        yield f"A person grades: {', '.join(item.title for item in plan.human)}."
    incomplete = [found.id for found in hand_in.deliverables if not found.complete]
    if incomplete or hand_in.faults:
        parts = [*incomplete, *(fault.path for fault in hand_in.faults)]
        yield f"NOT COMPLETE: {', '.join(parts)}. You can hand in {out.as_posix()} all the same, and again when it is complete."
    else:
        yield f"Hand in {out.as_posix()} as it is."
