"""A notebook in place of the package: its definitions become the modules that the course names, where no such module was handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.checks.home import module_file, module_path
from grader.checks.plan import Plan
from grader.checks.tree import Tree, read_tree
from grader.intake.cells import Cell, Statement, read_cell
from grader.intake.entry_names import shown_name
from grader.intake.needed import needed_source
from grader.intake.notebook import code_cells
from grader.intake.places import Unpacked, copy_bounded
from grader.intake.refused import Budget, Refused

_MAX_NOTEBOOKS = 10
_SHOWN = 5


@dataclass(frozen=True)
class Converted:
    """What was sent, with modules in place of the notebook, and what is to be said about that."""

    sent: Unpacked
    notes: tuple[str, ...]


def is_notebook(name: str) -> bool:
    """Whether a file is called a notebook."""
    return name.lower().endswith(".ipynb")


def from_notebook(sent: Unpacked, scratch: Path, budget: Budget, plan: Plan) -> Converted | None:
    """A copy of the folder with modules made from its notebook; None when there is no notebook in it, or a module of the course.

    Raises Refused when no notebook can be read, none defines a name of the course, or several do.
    """
    tree = read_tree(sent.folder)
    names = [name for name in tree.files if is_notebook(name)]
    if not names or _has_modules(tree, plan):
        return None
    if len(names) > _MAX_NOTEBOOKS:
        raise Refused(f"It holds {len(names)} notebooks and no package. Hand in the one that counts.")
    wanted = {symbol for exercise in plan.exercises for symbol in exercise.symbols}
    read = {}
    refusals = []
    for name in names:
        try:
            read[name] = _cells(sent.folder / name, name)
        except Refused as refusal:
            refusals.append(str(refusal))
    usable = [name for name, cells in read.items() if wanted & _defined(_statements(cells))]
    if len(usable) > 1:
        raise Refused(f"Several notebooks define what the course asks for: {', '.join(usable[:_SHOWN])}. Hand in the one that counts.")
    if not usable:
        raise Refused(" ".join([*refusals, *_without_names(read, sorted(wanted))]))
    name, cells = usable[0], read[usable[0]]
    modules = _modules(_statements(cells), plan)
    home = PurePosixPath(name).parent
    folder = scratch / "notebook"
    for other in tree.files:
        if not is_notebook(other) and not PurePosixPath(other).is_relative_to(home / plan.package):
            copy_bounded(sent.folder / other, folder / other, budget)
    for path, source in modules.items():
        target = folder / home / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source)
    made = (
        f"The notebook {name} was taken as {', '.join(modules)}: what the course asks for and what that needs. Nothing else in it is run."
    )
    return Converted(Unpacked(folder, sent.left_out), (made, *_told(cells), *refusals))


def _modules(statements: Sequence[Statement], plan: Plan) -> dict[str, bytes]:
    defined = _defined(statements)
    symbols: dict[str, set[str]] = {}
    for exercise in plan.exercises:
        symbols.setdefault(module_path(exercise.module), set()).update(defined & set(exercise.symbols))
    sources = {path: needed_source(statements, sorted(names)) for path, names in symbols.items() if names}
    return {path: source.encode("utf-8", "surrogatepass") for path, source in sources.items()}


def _statements(cells: Sequence[Cell]) -> list[Statement]:
    return [statement for cell in cells for statement in cell.statements]


def _defined(statements: Sequence[Statement]) -> set[str]:
    return {name for statement in statements for name in statement.defines}


def _cells(path: Path, name: str) -> tuple[Cell, ...]:
    return tuple(read_cell(text, f"{name}, code cell {number}") for number, text in enumerate(code_cells(path, name), 1))


def _without_names(read: Mapping[str, Sequence[Cell]], wanted: Sequence[str]) -> list[str]:
    """That notebooks which could be read define nothing that was asked for, and what in them could not be read."""
    if not read:
        return []
    asked = ", ".join(wanted[:_SHOWN]) + (" ..." if len(wanted) > _SHOWN else "")
    cells = [cell for cells in read.values() for cell in cells]
    return [f"No code cell of {', '.join(read)} defines what the course asks for ({asked}).", *_told(cells)]


def _told(cells: Sequence[Cell]) -> list[str]:
    faults = [fault.told for cell in cells for fault in cell.faults]
    dropped = [shown_name(line) for cell in cells for line in cell.dropped]
    lines = [f"Left out: lines that are no Python: {'; '.join(dropped[:_SHOWN])}{_more(dropped)}."] if dropped else []
    cut = [f"More cells cannot be read by Python: {len(faults) - _SHOWN}."] if len(faults) > _SHOWN else []
    return [*faults[:_SHOWN], *cut, *lines]


def _more(items: Sequence[str]) -> str:
    return f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""


def _has_modules(tree: Tree, plan: Plan) -> bool:
    files = {module_file(exercise.module) for exercise in plan.exercises}
    python = [PurePosixPath(name) for name in tree.files if name.endswith(".py")]
    return any(path.name in files or path.parent.name == plan.package for path in python)
