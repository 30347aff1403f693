"""Submissions made from the reference: alternatives (whole modules replaced) and misconceptions (a few definitions replaced).

A variant is a file, which stands for the exercise's own module, or a folder of files named like the modules they stand for. An alternative
is a module of its own. A misconception holds only what differs: a top-level function, class-level method or assignment replaces the one of
that name, new ones are added after the imports or to the end of the class. Under ``solutions/misconceptions/<exercise>/`` lie

    <name>                             one mistake, over the reference: its docstring is title, explanation and hint
    on_<alternative>/<name>            the same mistake over that alternative
    retold/<name>                      the same mistake again, written by somebody who saw only its title
    retold/on_<alternative>/<name>     and over an alternative
"""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.verify.merge import merge

OVER = "on_"
RETOLD = "retold"

Modules = Mapping[str, str]


class MalformedVariant(ValueError):
    """A file under ``solutions/misconceptions`` or ``solutions/alternatives`` that cannot be used; the message names it and says why."""


@dataclass(frozen=True)
class Variant:
    """One misconception or alternative on disk.

    Attributes:
        exercise: id of the exercise it is about.
        name: file or folder name without suffix.
        title: first line of its docstring: the wrong idea, or what is different, as a statement.
        for_the_ta, for_the_student: explanation and hint; empty for alternatives.
        files: module file name (``transformer.py``) and path of what replaces or changes it.
        base: the alternative that it is laid over; None for the reference.
    """

    exercise: str
    name: str
    title: str
    for_the_ta: str
    for_the_student: str
    files: tuple[tuple[str, Path], ...]
    base: Variant | None = None

    @property
    def changes(self) -> frozenset[str]:
        """File names of the modules that differ from the reference's."""
        return frozenset(name for name, _ in (*self.files, *(self.base.files if self.base else ())))

    @property
    def key(self) -> str:
        """``exercise/name``, with ``@alternative`` where it is laid over one."""
        return f"{self.exercise}/{self.name}" + (f"@{self.base.name}" if self.base else "")


def find_alternatives(folder: Path, modules: Modules) -> tuple[Variant, ...]:
    """All under ``folder/<exercise>/``; ``modules`` maps exercise to its module file.

    Raises MalformedVariant for one without docstring, that is not Python, or in a folder with files of other names than modules have.
    """
    return tuple(item for exercise in modules for item in _variants_in(folder / exercise, exercise, modules))


def find_misconceptions(folder: Path, modules: Modules, alternatives: Sequence[Variant]) -> tuple[Variant, ...]:
    """All under ``folder/<exercise>/``: over the reference first, then over alternatives.

    Raises MalformedVariant as ``find_alternatives`` does, for one without explanation or hint, and for one over an alternative, or retold,
    of which there is no original.
    """
    plain = find_alternatives(folder, modules)
    for item in plain:
        if not (item.for_the_ta and item.for_the_student):
            raise MalformedVariant(f"{item.files[0][1]}: its docstring needs the paragraphs 'For the TA: ...' and 'For the student: ...'")
    return (
        *plain,
        *(item for exercise in modules for item in _over_alternatives(folder / exercise, exercise, plain, alternatives, modules)),
    )


def find_retold(folder: Path, modules: Modules, misconceptions: Sequence[Variant], alternatives: Sequence[Variant]) -> tuple[Variant, ...]:
    """All under ``folder/<exercise>/retold/``. Raises as ``find_misconceptions`` does."""
    originals = [item for item in misconceptions if item.base is None]
    found: list[Variant] = []
    for exercise in modules:
        place = folder / exercise / RETOLD
        found += (_same_mistake(item, originals) for item in _variants_in(place, exercise, modules))
        found += _over_alternatives(place, exercise, originals, alternatives, modules)
    return tuple(found)


def build_variant(reference: Path, variant: Variant, out: Path) -> None:
    """Write the package ``reference`` to ``out`` with a misconception's definitions laid over it. Raises MalformedVariant."""
    if variant.base:
        build_alternative(reference, variant.base, out)
    else:
        shutil.copytree(reference, out, ignore=shutil.ignore_patterns("__pycache__"))
    for name, path in variant.files:
        try:
            merged = merge((out / name).read_text(encoding="utf-8"), path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise MalformedVariant(f"{path}: {error}") from None
        (out / name).write_text(merged, encoding="utf-8")


def build_alternative(reference: Path, variant: Variant, out: Path) -> None:
    """Write the package ``reference`` to ``out`` with the variant's modules in place of its own."""
    shutil.copytree(reference, out, ignore=shutil.ignore_patterns("__pycache__"))
    for name, path in variant.files:
        shutil.copyfile(path, out / name)


def _over_alternatives(
    folder: Path, exercise: str, originals: Sequence[Variant], alternatives: Sequence[Variant], modules: Modules
) -> Iterator[Variant]:
    for place in sorted(folder.glob(f"{OVER}*")):
        name = place.name.removeprefix(OVER)
        base = next((item for item in alternatives if (item.exercise, item.name) == (exercise, name)), None)
        if base is None:
            raise MalformedVariant(f"{place}: {exercise} has no alternative {name}")
        for item in _variants_in(place, exercise, modules):
            yield replace(_same_mistake(item, originals), base=base)


def _same_mistake(variant: Variant, originals: Sequence[Variant]) -> Variant:
    original = next((item for item in originals if (item.exercise, item.name) == (variant.exercise, variant.name)), None)
    if original is None:
        raise MalformedVariant(f"{variant.files[0][1]}: {variant.exercise} has no misconception {variant.name}")
    return replace(original, files=variant.files)


def _variants_in(folder: Path, exercise: str, modules: Modules) -> Iterator[Variant]:
    for path in sorted(folder.glob("*")):
        if path.suffix == ".py":
            yield _variant(exercise, path.stem, ((modules[exercise], path),))
        elif path.is_dir() and not path.name.startswith(("__", OVER)) and path.name != RETOLD:
            files = tuple((file.name, file) for file in sorted(path.glob("*.py")))
            if not files or (unknown := {name for name, _ in files} - set(modules.values())):
                raise MalformedVariant(f"{path}: {', '.join(sorted(unknown)) if files else 'nothing in it'} is no module of the package")
            yield _variant(exercise, path.name, files)


def _variant(exercise: str, name: str, files: tuple[tuple[str, Path], ...]) -> Variant:
    text = next((text for _, path in files if (text := _docstring(path))), None)
    if text is None:
        raise MalformedVariant(f"{files[0][1]} has no docstring that says what is different")
    paragraphs = [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]
    return Variant(exercise, name, paragraphs[0], _paragraph(paragraphs, "For the TA:"), _paragraph(paragraphs, "For the student:"), files)


def _docstring(path: Path) -> str | None:
    try:
        return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    except SyntaxError as error:
        raise MalformedVariant(f"{path}, line {error.lineno}: {error.msg}") from None


def _paragraph(paragraphs: list[str], start: str) -> str:
    return next((text.removeprefix(start).strip() for text in paragraphs if text.startswith(start)), "")
