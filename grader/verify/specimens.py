"""The submissions that the grader is graded on, built on disk: reference, starter, variants of the reference, breakages."""

from __future__ import annotations

import enum
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.checks.home import module_file, top_level_names
from grader.checks.parsing import parse
from grader.intake.collect import content_hash
from grader.judge.suite import Suite
from grader.release.generate import generate
from grader.verify.breakages import REVIEWED, build_breakage, load_breakages
from grader.verify.variants import (
    MalformedVariant,
    Variant,
    build_alternative,
    build_variant,
    find_alternatives,
    find_misconceptions,
    find_retold,
)


class Kind(enum.StrEnum):
    """What a specimen is, and so what the grader must make of it."""

    REFERENCE = "reference"
    STARTER = "starter"
    ALTERNATIVE = "alternative"
    MISCONCEPTION = "misconception"
    RETOLD = "retold"
    BREAKAGE = "breakage"


@dataclass(frozen=True)
class Specimen:
    """A submission whose right grade is known.

    Attributes:
        exercise: the one that it is about; empty for the reference and the starter.
        variant: None for the reference, the starter and breakages.
        root: holds the package.
    """

    key: str
    kind: Kind
    exercise: str
    variant: Variant | None
    root: Path

    @property
    def content_hash(self) -> str:
        """What the grader's intake would know it by."""
        return content_hash(self.root)


def find_all(suite: Suite) -> tuple[tuple[Kind, Variant], ...]:
    """Every variant of the suite's exercises, kind by kind, in the order of the plan. Raises MalformedVariant."""
    modules = {exercise.id: module_file(exercise.module) for exercise in suite.plan.exercises}
    solutions = suite.repository / "solutions"
    known = {exercise.id for exercise in suite.course.exercises}
    for place in (*solutions.glob("alternatives/*/"), *solutions.glob("misconceptions/*/")):
        if place.name not in known and not place.name.startswith("__"):
            raise MalformedVariant(f"{place}: course.toml has no exercise {place.name}")
    alternatives = find_alternatives(solutions / "alternatives", modules)
    symbols = {modules[exercise.id]: exercise.symbols for exercise in suite.plan.exercises}
    for item in alternatives:
        _check_symbols(item, symbols)
    misconceptions = find_misconceptions(solutions / "misconceptions", modules, alternatives)
    retold = find_retold(solutions / "misconceptions", modules, misconceptions, alternatives)
    groups = {Kind.ALTERNATIVE: alternatives, Kind.MISCONCEPTION: misconceptions, Kind.RETOLD: retold}
    return tuple((kind, item) for kind, items in groups.items() for item in items)


def _check_symbols(alternative: Variant, symbols: Mapping[str, Sequence[str]]) -> None:
    for name, path in alternative.files:
        if missing := set(symbols[name]) - top_level_names(parse(path.read_bytes(), path.name)):
            raise MalformedVariant(f"{path} does not define {', '.join(sorted(missing))}")


def build(suite: Suite, variants: Sequence[tuple[Kind, Variant]], folder: Path) -> tuple[Specimen, ...]:
    """Write the reference, the starter and these variants under ``folder``."""
    package = suite.plan.package
    reference = suite.reference / package
    specimens = [_copy(Kind.REFERENCE, reference, folder / "reference", package), _starter(suite, folder)]
    for kind, variant in variants:
        key = f"{kind}/{variant.key}"
        make = build_alternative if kind is Kind.ALTERNATIVE else build_variant
        make(reference, variant, folder / key / package)
        specimens.append(Specimen(key, kind, variant.exercise, variant, folder / key))
    return tuple(specimens)


def build_breakages(suite: Suite, folder: Path) -> tuple[Specimen, ...]:
    """Write the breakages that are samples for diagnosis under ``folder``. Raises ValueError where their table is out of date."""
    package = suite.plan.package
    known = {exercise.id for exercise in suite.plan.exercises}
    specimens = []
    for breakage in load_breakages(suite.repository / REVIEWED, suite.reference / package):
        if breakage.is_sample and breakage.exercise in known:
            key = f"{Kind.BREAKAGE}/{breakage.key}"
            build_breakage(suite.reference / package, breakage, folder / key / package)
            specimens.append(Specimen(key, Kind.BREAKAGE, breakage.exercise, None, folder / key))
    return tuple(specimens)


def _copy(kind: Kind, package_folder: Path, root: Path, package: str) -> Specimen:
    shutil.copytree(package_folder, root / package, ignore=shutil.ignore_patterns("__pycache__"))
    return Specimen(kind.value, kind, "", None, root)


def _starter(suite: Suite, folder: Path) -> Specimen:
    released = folder / "release"
    generate(suite.course, suite.plan.assignment, suite.repository, released)
    return _copy(Kind.STARTER, released / suite.plan.package, folder / "starter", suite.plan.package)
