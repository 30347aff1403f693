"""Mechanically generated breakages that are in no list of misconceptions: for these, diagnosis must say that none fits.

``solutions/misconceptions/breakages.toml`` holds what a person has reviewed. For each exercise the first of its mutants in the order of a
hash were taken, all of them, so that nobody chose the easy ones; a row says why a mutant is no sample: no check fails, or it is the mistake
of a listed misconception. A mutant is named by what it changes, not by a line number.
"""

from __future__ import annotations

import hashlib
import shutil
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.checks.outcome import CheckOutcome, Status
from grader.verify.mutation import Mutant, mutants

REVIEWED = Path("solutions") / "misconceptions" / "breakages.toml"


@dataclass(frozen=True)
class Breakage:
    """A module of the reference with one mechanical change.

    Attributes:
        exercise: whose checks are to catch it.
        module: file name of the changed module.
        mutant: the change, and the module's text with it.
        same_as: the misconceptions of the exercise whose mistake this is; ``not_caught``: why it fails nothing. Empty for a sample.
    """

    exercise: str
    module: str
    mutant: Mutant
    same_as: tuple[str, ...] = ()
    not_caught: str = ""

    @property
    def is_sample(self) -> bool:
        """Whether a check fails for it and no misconception is named."""
        return not self.same_as and not self.not_caught

    @property
    def key(self) -> str:
        """``exercise/hash of what is changed``: the same as long as that statement is."""
        return f"{self.exercise}/{_rank(self.exercise, self.module, self.mutant)[:10]}"


def load_breakages(table: Path, package: Path) -> tuple[Breakage, ...]:
    """The reviewed ones, in the order of the table. Raises ValueError when the reference has no such statement any more."""
    known: dict[str, dict[tuple[str, str, str], Mutant]] = {}
    found = []
    for row in tomllib.loads(table.read_text(encoding="utf-8"))["breakage"]:
        module, names = row["module"], (row["where"], row["before"], row["after"])
        if module not in known:
            made = mutants((package / module).read_text(encoding="utf-8"))
            known[module] = {(item.where, item.before, item.after): item for item in made}
        if names not in known[module]:
            raise ValueError(f"{table.name}: {module} has no mutant {' | '.join(names)}; the reference has changed, review it anew")
        mutant = known[module][names]
        found.append(Breakage(row["exercise"], module, mutant, tuple(row.get("same_as", ())), row.get("not_caught", "")))
    return tuple(found)


def draw(exercise: str, modules: Mapping[str, str], number: int) -> tuple[Breakage, ...]:
    """The first ``number`` mutants of these modules (file name -> text) in the order of a hash: for a new table to review."""
    made = [Breakage(exercise, name, mutant) for name, text in modules.items() for mutant in mutants(text)]
    return tuple(sorted(made, key=lambda item: _rank(exercise, item.module, item.mutant))[:number])


def table_text(breakages: Sequence[Breakage]) -> str:
    """The table as TOML, to be reviewed by hand."""
    rows = []
    for item in breakages:
        mutant = item.mutant
        fields = {"exercise": item.exercise, "module": item.module, "where": mutant.where, "before": mutant.before, "after": mutant.after}
        lines = [f"# {mutant.operator}", "[[breakage]]", *(f"{name} = {_quoted(value)}" for name, value in fields.items())]
        if item.same_as:
            lines.append(f"same_as = [{', '.join(_quoted(name) for name in item.same_as)}]")
        if item.not_caught:
            lines.append(f"not_caught = {_quoted(item.not_caught)}")
        rows.append("\n".join(lines) + "\n")
    return "\n".join(rows)


def build_breakage(package: Path, breakage: Breakage, out: Path) -> None:
    """Write the reference package to ``out`` with that one module changed."""
    shutil.copytree(package, out, ignore=shutil.ignore_patterns("__pycache__"))
    (out / breakage.module).write_text(breakage.mutant.source, encoding="utf-8")


def problems_of_breakage(breakage: Breakage, outcomes: Iterable[CheckOutcome]) -> Iterator[str]:
    """Where the table and the outcomes of the breakage's exercise disagree about whether a check fails for it."""
    caught = any(outcome.status is not Status.PASSED for outcome in outcomes)
    said = f"{breakage.key} ({breakage.mutant.before} -> {breakage.mutant.after})"
    if caught and breakage.not_caught:
        yield f"{said} is caught now; take not_caught out of {REVIEWED.name}"
    if not caught and not breakage.not_caught:
        yield f"{said} fails no check; write a check, or say why not as not_caught in {REVIEWED.name}"


def _rank(exercise: str, module: str, mutant: Mutant) -> str:
    named = "\n".join((exercise, module, mutant.where, mutant.before, mutant.after))
    return hashlib.sha256(named.encode()).hexdigest()


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
