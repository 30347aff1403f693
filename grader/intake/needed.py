"""Which statements of a notebook some names need: what running all of it from the top would leave in them, and nothing else."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence

from grader.intake.cells import Statement

_HEADER = '"""Definitions that were handed in as a notebook."""\n\n'


def needed_source(statements: Sequence[Statement], names: Collection[str]) -> str:
    """A module that defines ``names``: of each name the last definition counts, together with what that one needs."""
    kept = needed(statements, names)
    # Imports from __future__ stand at the top of a module; in a notebook, at the top of any cell.
    ordered = sorted(kept, key=lambda statement: not statement.future)
    return _HEADER + "".join(f"{statement.source}\n" for statement in ordered)


def needed(statements: Sequence[Statement], names: Collection[str]) -> list[Statement]:
    """The statements, in order. What a function reads is what is there in the end; all else is what was there when it ran."""
    end = len(statements)
    places: dict[str, list[int]] = {}
    for place, statement in enumerate(statements):
        for name in statement.defines | statement.imports:
            places.setdefault(name, []).append(place)
    kept = {place for place, statement in enumerate(statements) if statement.future or statement.star}
    wanted = [(name, end) for name in names]
    while wanted:
        name, before = wanted.pop()
        earlier = bisect_left(places.get(name, []), before)
        if not earlier or (place := places[name][earlier - 1]) in kept:
            continue
        kept.add(place)
        wanted += [(needs, place) for needs in statements[place].now]
        wanted += [(needs, end) for needs in statements[place].later]
    return [statements[place] for place in sorted(kept)]
