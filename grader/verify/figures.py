"""Figures of a target that measures: a table for people, ``build/<target>.json`` for machines, and the exit status."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measured value.

    Attributes:
        gate: the bound that must hold, as text (``">= 0.8"``); empty where there is none.
        aim: what is hoped for, as text; empty where nothing is.
        ok: whether the gate holds; None without a gate.
    """

    name: str
    value: float
    unit: str
    gate: str = ""
    aim: str = ""
    ok: bool | None = None


def at_least(name: str, value: float, bound: float, unit: str = "") -> Figure:
    """A figure that must not fall below ``bound``."""
    return Figure(name, value, unit, gate=f">= {bound:g}", ok=value >= bound)


def at_most(name: str, value: float, bound: float, unit: str = "") -> Figure:
    """A figure that must not exceed ``bound``."""
    return Figure(name, value, unit, gate=f"<= {bound:g}", ok=value <= bound)


def table(figures: Sequence[Figure]) -> str:
    """The figures, one a line, broken gates marked."""
    width = max(len(figure.name) for figure in figures)
    rows = []
    for figure in figures:
        bound = figure.gate or (f"aim {figure.aim}" if figure.aim else "")
        mark = "BROKEN" if figure.ok is False else "ok" if figure.ok else ""
        rows.append(f"{figure.name:<{width}}  {figure.value:>12.6g} {figure.unit:<12} {bound:<12} {mark}".rstrip())
    return "\n".join(rows)


def write_figures(target: str, figures: Sequence[Figure], build: Path) -> bool:
    """Write ``build/<target>.json``; True when no gate is broken."""
    build.mkdir(parents=True, exist_ok=True)
    rows = [asdict(figure) for figure in figures]
    (build / f"{target}.json").write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    return all(figure.ok is not False for figure in figures)
