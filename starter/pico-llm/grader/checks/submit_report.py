"""What ``submit`` tells: the zip, what the grader will take from it, and what it will not find."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.checks.handin import HandIn
from grader.checks.plan import Plan


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
        yield f"  CANNOT BE READ: {fault.path}:{fault.line}: {fault.message}. The exercises that need it will fail."
    for note in hand_in.notes:
        yield f"  note: {note}"
    if plan.human:
        yield f"A person grades: {', '.join(item.title for item in plan.human)}."
    yield f"Hand in {out.as_posix()} as it is."
