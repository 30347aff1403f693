"""The kill matrix, checks by misconceptions: as JSON for machines and as a page to look at."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from grader.checks.marker import CheckInfo
from grader.gradebook.html import environment, stylesheet
from grader.verify.expectations import Caught
from grader.verify.verify import Evidence

_TEMPLATE = Path(__file__).parent / "templates" / "kill_matrix.html.j2"


@dataclass(frozen=True)
class Column:
    """A check of the matrix. ``kills`` counts the misconceptions that it catches, over all bases."""

    check: CheckInfo
    kills: int

    @property
    def hidden(self) -> bool:
        """True for a check that students never see."""
        return self.check.id.startswith("hidden/")

    @property
    def name(self) -> str:
        """The test function's name."""
        return self.check.id.partition("::")[2]


@dataclass(frozen=True)
class Section:
    """One exercise of the matrix: its checks, public ones first, and its misconceptions."""

    exercise: str
    columns: tuple[Column, ...]
    rows: tuple[Caught, ...]
    accepted: tuple[str, ...]

    def cells(self, row: Caught) -> Markup:
        """One row's cells: ``p`` and ``h`` where a public or hidden check caught it."""
        killers = {*row.public, *row.hidden}
        return Markup("").join(
            Markup('<td class="{}"></td>').format("p" if not column.hidden else "h") if column.check.id in killers else Markup("<td></td>")
            for column in self.columns
        )


def matrix_json(evidence: Evidence) -> str:
    """The matrix as JSON: misconception -> what it cost; right submission -> accepted or not; idle checks."""
    rows = {
        item.specimen.key: {"public": item.public, "hidden": item.hidden, "ideas": item.ideas, "elsewhere": item.elsewhere}
        for item in evidence.catches
    }
    return json.dumps({"caught": rows, "accepted": dict(evidence.accepted), "idle": evidence.idle}, indent=1, sort_keys=True) + "\n"


def matrix_html(evidence: Evidence, exercises: Sequence[str]) -> str:
    """The matrix as one self-contained page, exercise by exercise."""
    template = environment().from_string(_TEMPLATE.read_text(encoding="utf-8"))
    sections = [_section(evidence, exercise) for exercise in exercises]
    page = template.render(evidence=evidence, sections=sections, style=stylesheet("base.css"))
    return page.rstrip() + "\n"


def _section(evidence: Evidence, exercise: str) -> Section:
    rows = tuple(item for item in evidence.catches if item.specimen.variant and item.specimen.variant.exercise == exercise)
    checks = sorted((check for check in evidence.checks if check.exercise == exercise), key=lambda check: check.id.startswith("hidden/"))
    columns = tuple(Column(check, sum(check.id in (*row.public, *row.hidden) for row in rows)) for check in checks)
    accepted = tuple(key for key, passed in evidence.accepted.items() if passed and f"alternative/{exercise}/" in key)
    return Section(exercise, columns, rows, accepted)
