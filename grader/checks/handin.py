"""What belongs to a hand-in: one set of rules for ``make submit`` and for the grader's intake, so that they cannot disagree.

A hand-in is the package's Python files, the deliverables that the course names, and ``members.txt``. Everything else stays at home.
Nothing is imported or run here; Python files are only parsed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from grader.checks.deliverables import FoundDeliverable, find_deliverables
from grader.checks.given_modules import given_digest, read_given
from grader.checks.home import MAX_MODULE_BYTES, Home, NothingToHandIn, find_home, module_path
from grader.checks.parsing import SyntaxFault
from grader.checks.plan import Plan
from grader.checks.source_review import forbidden_names, missing_packages, parsed
from grader.checks.tree import LeftOut, Tree, read_tree
from grader.checks.zipping import write_zip

MEMBERS_FILE = "members.txt"
MAX_MODULES = 100
# Parsing takes time that grows with the square of a file made for it: about 20 seconds for this much.
MAX_MODULES_BYTES = 1024 * 1024
MAX_TOTAL_BYTES = 100 * 1024 * 1024

_MAX_MEMBERS = 20
_MAX_NAME = 100
_MAX_MEMBERS_BYTES = 4096
# They change how Python or pytest start, and are never part of a solution.
_SETTINGS = frozenset({"conftest.py", "sitecustomize.py", "usercustomize.py"})
_NOT_PART = "not part of a hand-in"
_COPY = re.compile(r"[ _-]*(\(\d+\)|copy)(?=\.py$)")
_CUT = "There are too many files, or folders nested too deep; some were not looked at."


@dataclass(frozen=True)
class Taken:
    """A file of the hand-in: where it goes (``picollm/rmsnorm.py``), where it was found, its size in bytes."""

    path: str
    source: str
    size: int


@dataclass(frozen=True)
class HandIn:
    """What a folder amounts to as a hand-in.

    Attributes:
        modules: the student's Python files, given modules not among them.
        given: given modules that are in the folder; the course's own take their place.
        deliverables: one entry for each that the course names; ``delivered``: their files.
        members_file: ``members.txt`` when it is there; ``members``: the names in it.
        ignored: what is not part of the hand-in, with the reason.
        faults: Python files that cannot be parsed.
        notes: what was replaced, left out or is missing and may surprise, as sentences.
        problem: why there is nothing to grade; empty otherwise.
    """

    modules: tuple[Taken, ...] = ()
    given: tuple[Taken, ...] = ()
    deliverables: tuple[FoundDeliverable, ...] = ()
    delivered: tuple[Taken, ...] = ()
    members_file: tuple[Taken, ...] = ()
    members: tuple[str, ...] = ()
    ignored: tuple[LeftOut, ...] = ()
    faults: tuple[SyntaxFault, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str = ""


def preview(folder: Path, plan: Plan) -> HandIn:
    """What intake will make of the student's own folder. Raises ValueError when ``given.json`` is missing or damaged."""
    return examine(folder, plan, read_given(folder))


def build_zip(folder: Path, plan: Plan, out: Path) -> HandIn:
    """Write the zip to hand in, and return what intake will make of it. Raises NothingToHandIn, and ValueError as ``preview`` does."""
    hand_in = preview(folder, plan)
    if hand_in.problem:
        raise NothingToHandIn(hand_in.problem)
    # The given modules go along, so that intake sees a changed one as the preview does.
    taken = (*hand_in.modules, *hand_in.given, *hand_in.delivered, *hand_in.members_file)
    write_zip(out, {item.path: (folder / item.source).read_bytes() for item in taken})
    return hand_in


def examine(folder: Path, plan: Plan, given: Mapping[str, str]) -> HandIn:
    """What ``folder`` amounts to. ``given`` maps the paths of the given modules to their digests.

    The package may lie at any depth. Raises OSError when the folder cannot be read.
    """
    tree = read_tree(folder)
    try:
        home = find_home(folder, tree, plan)
    except NothingToHandIn as error:
        everything = (LeftOut(name, _NOT_PART) for name in tree.files)
        return HandIn(ignored=(*tree.left_out, *everything), notes=(_CUT,) if tree.cut else (), problem=str(error))
    hand_in = examine_at(home, folder, tree, plan, given)
    there = {item.path for item in (*hand_in.modules, *hand_in.given)}
    missing = [exercise for exercise in plan.exercises if module_path(exercise.module) not in there]
    sentences = (_missing(module_path(exercise.module), exercise.title, tree) for exercise in missing)
    return replace(hand_in, notes=(*hand_in.notes, *sentences))


def examine_at(home: Home, folder: Path, tree: Tree, plan: Plan, given: Mapping[str, str]) -> HandIn:
    """The same for a folder of which it is known where the modules lie; what is missing is not looked for."""
    unwanted = _unwanted(home, tree, {*given, *(module_path(exercise.module) for exercise in plan.exercises)})
    modules = tuple(Taken(path, source, tree.files[source]) for path, source in home.modules.items() if source not in unwanted)
    own = tuple(item for item in modules if item.path not in given)
    theirs = tuple(item for item in modules if item.path in given)
    around = _around(home, tree, unwanted)
    sizes = {name: tree.files[source] for name, source in around.items()}
    deliverables, remarks = find_deliverables(plan.deliverables, sizes, MAX_TOTAL_BYTES - sum(item.size for item in own))
    names = dict.fromkeys(name for deliverable in deliverables for name in deliverable.files)
    delivered = tuple(Taken(name, around[name], sizes[name]) for name in names)
    members_file = tuple(Taken(name, around[name], sizes[name]) for name in (MEMBERS_FILE,) if name in around)
    used = {item.source for item in (*modules, *delivered, *members_file)}
    rest = tuple(LeftOut(name, unwanted.get(name, _NOT_PART)) for name in tree.files if name not in used)
    changed = tuple(item.path for item in theirs if given_digest((folder / item.source).read_bytes()) != given[item.path])
    sources = {item.path: folder / item.source for item in own}
    trees = parsed(sources)
    folders = {part for source in home.modules.values() for part in PurePosixPath(source).parent.parts}
    return HandIn(
        modules=own,
        given=theirs,
        deliverables=deliverables,
        delivered=delivered,
        members_file=members_file,
        members=_members(folder / members_file[0].source) if members_file else (),
        ignored=(*tree.left_out, *rest),
        faults=tuple(found for found in trees.values() if isinstance(found, SyntaxFault)),
        notes=(
            *((_CUT,) if tree.cut else ()),
            *home.notes,
            *(f"{name} is not used: {reason}." for name, reason in unwanted.items()),
            *(f"{path} is a given module and was changed; the original is used in its place." for path in changed),
            *forbidden_names(sources, plan),
            *missing_packages(trees, {plan.package, *folders}),
            *remarks,
        ),
        problem="" if own else f"The folder {plan.package} holds no module of your own. Hand in the zip that make submit builds.",
    )


def _missing(path: str, title: str, tree: Tree) -> str:
    """That a module is missing, and which files it may be after a download, an editor or another system renamed it."""
    likely = [name for name in tree.files if _plain(PurePosixPath(name).name) == PurePosixPath(path).name]
    advice = f" Is it {' or '.join(likely[:3])}? Then hand it in as {path}." if likely else ""
    return f"{path} is missing, so {title} cannot be checked.{advice}"


def _plain(name: str) -> str:
    """``Norm (1).py.txt`` -> ``norm.py``."""
    plain = name.casefold().rstrip(" .").removesuffix(".txt").rstrip(" .")
    return _COPY.sub("", plain).replace("-", "_").replace(" ", "_")


def _around(home: Home, tree: Tree, unwanted: Mapping[str, str]) -> dict[str, str]:
    """Files outside the package, path in the student's folder -> path in the tree. A report or a list of members often lies above the
    folder that holds the package; the nearer file counts."""
    around: dict[str, str] = {}
    folders = {str(folder) for path in home.modules for folder in PurePosixPath(path).parents}
    elsewhere = {*home.modules.values(), *unwanted}
    level = home.prefix
    while True:
        for name in tree.files:
            if not name.startswith(level) or name in elsewhere:
                continue
            path = name.removeprefix(level)
            above = [str(folder) for folder in PurePosixPath(path).parents]
            # A file at one level may have the name of a folder at another.
            if path not in folders and not any(folder in around for folder in above):
                around.setdefault(path, name)
                folders.update(above)
        if not level:
            return around
        level = level.rstrip("/").rpartition("/")[0]
        level += "/" if level else ""


def _unwanted(home: Home, tree: Tree, planned: Set[str]) -> dict[str, str]:
    """Files of the package that are not taken, with the reason; the settings of others anywhere, because they would surprise.

    ``planned`` are the paths of modules that the course names, whether they are there or not.
    """
    unwanted = {}
    names = {*home.modules, *planned}
    count = total = 0
    for path, source in home.modules.items():
        size = tree.files[source]
        shadowed = [f"{folder}.py" for folder in PurePosixPath(path).parents if f"{folder}.py" in names]
        if shadowed:
            unwanted[source] = f"Python would import its folder in place of {shadowed[0]}"
        elif in_the_way := [str(folder) for folder in PurePosixPath(path).parents if str(folder) in names]:
            unwanted[source] = f"it lies in a folder that has the name of the module {in_the_way[0]}"
        elif size > MAX_MODULE_BYTES:
            unwanted[source] = f"it has {size:,} bytes, and a module may have {MAX_MODULE_BYTES:,}"
        elif count == MAX_MODULES or total + size > MAX_MODULES_BYTES:
            unwanted[source] = f"a package may have {MAX_MODULES} modules of {MAX_MODULES_BYTES:,} bytes together"
        else:
            count, total = count + 1, total + size
    for name in tree.files:
        if name.rpartition("/")[2] in _SETTINGS or name.endswith(".pth"):
            unwanted[name] = "settings of Python or pytest are no part of a solution"
    return unwanted


def _members(path: Path) -> tuple[str, ...]:
    with path.open("rb") as file:
        text = file.read(_MAX_MEMBERS_BYTES).decode("utf-8", errors="replace")
    lines = ("".join(character for character in line if character.isprintable()).strip() for line in text.lstrip("\ufeff").splitlines())
    return tuple(line[:_MAX_NAME] for line in lines if line and not line.startswith("#"))[:_MAX_MEMBERS]
