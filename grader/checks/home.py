"""Finds the package in whatever a student packed: at any depth, below wrapping folders, without its folder, or as a single file."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.checks.parsing import SyntaxFault, parse
from grader.checks.plan import Plan
from grader.checks.tree import Tree

MAX_MODULE_BYTES = 128 * 1024
_SHOWN = 4
_CLOSED = (".ipynb", ".rar", ".7z", ".tar", ".gz", ".tgz", ".xz")


@dataclass(frozen=True)
class Home:
    """Where the hand-in lies.

    Attributes:
        prefix: the student's folder inside what was sent, ``""`` or ending in a slash; deliverables are looked for below it.
        modules: path that counts (``picollm/rmsnorm.py``) -> path at which the file was found.
        notes: what was guessed, as sentences.
    """

    prefix: str
    modules: dict[str, str]
    notes: tuple[str, ...] = ()


class NothingToHandIn(Exception):
    """There is nothing that could be graded; the message says what is missing and what to do."""


def module_path(module: str) -> str:
    """``picollm.rmsnorm`` -> ``picollm/rmsnorm.py``."""
    return module.replace(".", "/") + ".py"


def module_file(module: str) -> str:
    """``picollm.rmsnorm`` -> ``rmsnorm.py``."""
    return PurePosixPath(module_path(module)).name


def find_home(folder: Path, tree: Tree, plan: Plan) -> Home:
    """Where the package is. Raises NothingToHandIn when it is nowhere, or in several places."""
    python = [PurePosixPath(name) for name in tree.files if name.endswith(".py")]
    packages = sorted({path.parent for path in python if path.parent.name == plan.package})
    if not packages:
        return _without_package(folder, python, tree, plan)
    chosen = packages[0] if len(packages) == 1 else _foremost(packages, tree, plan)
    prefix = "" if str(chosen.parent) == "." else f"{chosen.parent}/"
    modules = {name.removeprefix(prefix): name for name in tree.files if name.startswith(f"{chosen}/") and name.endswith(".py")}
    others = [str(package) for package in packages if chosen not in (package, *package.parents)]
    notes = (f"The package in {chosen} counts; {_listed(others)} is ignored.",) if others else ()
    return Home(prefix, modules, notes)


def _foremost(packages: list[PurePosixPath], tree: Tree, plan: Plan) -> PurePosixPath:
    """The package directly below the folders that wrap everything: it is where the assignment has it. The others may be old copies."""
    top = _unwrapped(tree, plan)
    if top / plan.package in packages:
        return top / plan.package
    found = _listed([str(package) for package in packages])
    raise NothingToHandIn(f"There are several folders named {plan.package}: {found}. Hand in the one that counts, as make submit packs it.")


def _unwrapped(tree: Tree, plan: Plan) -> PurePosixPath:
    top = PurePosixPath(".")
    while True:
        below = {PurePosixPath(name).relative_to(top).parts for name in tree.files}
        first = {parts[0] for parts in below}
        if len(first) != 1 or first == {plan.package} or any(len(parts) == 1 for parts in below):
            return top
        top = top / first.pop()


def _without_package(folder: Path, python: list[PurePosixPath], tree: Tree, plan: Plan) -> Home:
    names = {module_file(exercise.module) for exercise in plan.exercises}
    parents = sorted({path.parent for path in python if path.name in names})
    if len(parents) == 1:
        prefix = "" if str(parents[0]) == "." else f"{parents[0]}/"
        modules = {f"{plan.package}/{path.name}": str(path) for path in python if path.parent == parents[0]}
        return Home(
            prefix, modules, (f"There is no folder {plan.package}; the Python files in {prefix or 'the top folder'} were taken as it.",)
        )
    if parents:
        found = _listed([str(parent) for parent in parents])
        raise NothingToHandIn(f"There is no folder {plan.package}, and modules of it are in several places: {found}. Use make submit.")
    if len(python) == 1 and tree.files[str(python[0])] <= MAX_MODULE_BYTES:
        return _single_file(folder, python[0], plan)
    closed = [name for name in tree.files if name.lower().endswith(_CLOSED)]
    what = f"There is no folder {plan.package} with Python files in it among {len(tree.files)} files." if tree.files else "It is empty."
    also = f" What is in {_listed(closed)} is not looked at here." if closed else ""
    raise NothingToHandIn(f"{what}{also} Hand in the zip that make submit builds.")


def _single_file(folder: Path, path: PurePosixPath, plan: Plan) -> Home:
    tree = parse((folder / path).read_bytes(), str(path))
    if isinstance(tree, SyntaxFault):
        raise NothingToHandIn(f"The only Python file cannot be taken as a module, because {tree.told} Then use make submit.")
    defined = top_level_names(tree)
    matching = [exercise for exercise in plan.exercises if defined & set(exercise.symbols)]
    if len(matching) != 1:
        what = _listed([exercise.module for exercise in matching]) if matching else "no exercise"
        raise NothingToHandIn(
            f"There is one Python file, {path}, and it defines the names of {what}. Put each into its module and use make submit."
        )
    prefix = "" if str(path.parent) == "." else f"{path.parent}/"
    target = module_path(matching[0].module)
    return Home(prefix, {target: str(path)}, (f"The only Python file, {path}, was taken as {target}.",))


def top_level_names(tree: ast.Module | SyntaxFault) -> set[str]:
    """Functions and classes that a Python file defines; none where it cannot be read."""
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)} if isinstance(tree, ast.Module) else set()


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
