"""Library names that an exercise does not allow: found in the source text, and met again while the code runs.

``scan_source`` reads the syntax tree. It cannot see names built at run time (``getattr(nn, name)``) or passed on by another file; ``guard``
meets those: a call or a subclass that comes straight from a file in the student's folder raises ``ForbiddenApi``, while the library's own
use of the same name goes on. ``guard`` cannot meet a forbidden function that is handed to the library, which then calls it, nor what is
reached through a forbidden module, except for the operators in ``torch.ops``; those stand in the source.
"""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from grader.checks.api_names import RuleBook, expand, find_object, ruled
from grader.checks.api_scanner import Scanner, TooTangled
from grader.checks.plan import ApiRules
from grader.checks.tree import tool_leftover

TOO_TANGLED = "code too tangled to be checked for forbidden names"

_MAX_TEXT = 160
_OUR_OWN = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Finding:
    """A forbidden name, where it stands, and the line of source; line counts from 1, column from 0."""

    name: str
    filename: str
    line: int
    column: int
    text: str


def scan_source(source: bytes, filename: str, rules: ApiRules) -> tuple[Finding, ...]:
    """Every use or import of a forbidden name, in order, one for each name and line.

    ``source`` is the file as it is, so that what is scanned is what Python reads: byte-order mark and coding line included.

    Source that cannot be followed to its end, within bounds that no honest program comes near, has a finding named ``TOO_TANGLED``.
    Raises SyntaxError and ValueError when it is not Python.
    """
    scanner = Scanner(RuleBook(rules))
    places = scanner.found
    try:
        scanner.scan(ast.parse(source, filename).body, [])
    except (TooTangled, RecursionError, MemoryError):
        places.add((scanner.line, 0, TOO_TANGLED))
    lines = source.decode("utf-8", "replace").splitlines()
    found: dict[tuple[int, str], Finding] = {}
    for line, column, name in sorted(places):
        text = lines[line - 1].strip()[:_MAX_TEXT] if line <= len(lines) else ""
        found.setdefault((line, name), Finding(name, filename, line, column, text))
    return tuple(found.values())


class ForbiddenApi(BaseException):
    """Student code used a name that the exercise does not allow. Not an ``Exception``: a broad ``except`` must not hide it.

    Attributes:
        forbidden_api: the full name.
        filename: of the student's file, relative to the folder, with forward slashes.
        line: counted from 1.
    """

    def __init__(self, forbidden_api: str, filename: str, line: int) -> None:
        super().__init__(f"{forbidden_api} is not allowed in this exercise ({filename}:{line})")
        self.forbidden_api = forbidden_api
        self.filename = filename
        self.line = line


@contextmanager
def guard(rules: ApiRules, root: Path) -> Iterator[None]:
    """While the block runs, code in files under ``root`` cannot call, build or subclass what the rules forbid.

    Enter it before the student's modules are imported: a name they hold already is the library's own.
    """
    watch = _Watch(root.resolve())
    with ExitStack() as undo:
        undo.callback(watch.stop)
        for name, value in _forbidden_objects(rules):
            if isinstance(value, type):
                _watch_class(name, value, watch, undo)
            elif callable(value):
                _watch_function(name, value, watch, undo)
        if RuleBook(rules).forbidden("torch.ops"):
            _watch_operators(watch, undo)
        yield


def _forbidden_objects(rules: ApiRules) -> Iterator[tuple[str, object]]:
    book = RuleBook(rules)
    named = ruled(rules) if rules.kind == "deny" else (pair for scope in rules.scope for pair in expand(f"{scope}.*"))
    seen: set[int] = set()
    for name, value in named:
        if id(value) not in seen and book.forbidden(name):
            seen.add(id(value))
            yield name, value


class _Watch:
    """Decides whether a frame belongs to the student's files."""

    def __init__(self, root: Path) -> None:
        self._active = True
        self._relative: Callable[[str], str] = functools.cache(functools.partial(students_file, root))

    def stop(self) -> None:
        """From now on everything is allowed: stand-ins that were imported stay in the student's modules."""
        self._active = False

    def check(self, name: str, caller: FrameType) -> None:
        """Raise ForbiddenApi where the caller's code is the student's."""
        if self._active and (filename := self._relative(caller.f_code.co_filename)):
            raise ForbiddenApi(name, filename, caller.f_lineno)


def students_file(root: Path, filename: str) -> str:
    """The path of a file below ``root``; empty for one that is not the student's own."""
    path = Path(filename).resolve()
    # In a student's own folder the checks and the Python environment lie beside the package.
    if not path.is_relative_to(root) or path.is_relative_to(_OUR_OWN) or tool_leftover(path.relative_to(root).parts):
        return ""
    return path.relative_to(root).as_posix()


def _watch_function(name: str, function: Callable[..., Any], watch: _Watch, undo: ExitStack) -> None:
    def stand_in(*args: Any, **kwargs: Any) -> Any:
        watch.check(name, sys._getframe(1))
        return function(*args, **kwargs)

    # A built-in function's docstring and name are all that is copied where it has no signature.
    functools.update_wrapper(stand_in, function)
    del stand_in.__wrapped__  # type: ignore[attr-defined]  # it would be the way round the stand-in
    for module_name in {name.rpartition(".")[0], getattr(function, "__module__", None) or ""}:
        module = sys.modules.get(module_name)
        if not isinstance(module, ModuleType):
            continue
        for attribute in attributes_by_identity(module_name).get(id(function), ()):
            setattr(module, attribute, stand_in)
            undo.callback(setattr, module, attribute, function)


def _watch_operators(watch: _Watch, undo: ExitStack) -> None:
    """Watch calls of what is in ``torch.ops``. Reading from it cannot be watched: torch itself reads there on behalf of any caller."""
    for kind in ("OpOverload", "OpOverloadPacket"):
        watched = find_object(f"torch._ops.{kind}")
        if isinstance(watched, type):
            _replace(watched, "__call__", _operator_stand_in(vars(watched)["__call__"], watch), undo)


def _operator_stand_in(call: Callable[..., Any], watch: _Watch) -> Callable[..., Any]:
    def stand_in(self: object, /, *args: Any, **kwargs: Any) -> Any:
        watch.check(f"torch.ops.{self}", sys._getframe(1))
        return call(self, *args, **kwargs)

    return stand_in


@functools.cache
def attributes_by_identity(module_name: str) -> Mapping[int, tuple[str, ...]]:
    """Identity of each object in a loaded module -> its names there.

    Kept, because looking at all of torch costs a fresh fork more page copies than everything else it does: ask before forking.
    """
    names: dict[int, tuple[str, ...]] = {}
    for attribute, value in vars(sys.modules[module_name]).items():
        names[id(value)] = (*names.get(id(value), ()), attribute)
    return names


def _watch_class(name: str, watched: type, watch: _Watch, undo: ExitStack) -> None:
    """Watch the class in place, so that every path to it is met and ``isinstance`` stays right. Built-in types cannot be changed."""
    build: Callable[..., None] = watched.__init__  # type: ignore[misc]
    own_hook = vars(watched).get("__init_subclass__")
    package = watched.__module__.split(".")[0] + "."

    @functools.wraps(build)
    def stand_in(self: object, *args: Any, **kwargs: Any) -> None:
        # Another class of the library may have this one as its base.
        if type(self) is watched or not type(self).__module__.startswith(package):
            watch.check(name, sys._getframe(1))
        if build is not object.__init__:
            build(self, *args, **kwargs)

    del stand_in.__wrapped__

    def subclass_stand_in(cls: type, /, **kwargs: Any) -> None:
        if watched in cls.__bases__:
            watch.check(name, sys._getframe(1))
        if own_hook is None:
            super(watched, cls).__init_subclass__(**kwargs)  # type: ignore[arg-type]
        else:
            own_hook.__func__(cls, **kwargs)

    _replace(watched, "__init__", stand_in, undo)
    _replace(watched, "__init_subclass__", classmethod(subclass_stand_in), undo)


def _replace(watched: type, attribute: str, value: object, undo: ExitStack) -> None:
    had, before = attribute in vars(watched), vars(watched).get(attribute)
    try:
        setattr(watched, attribute, value)
    except TypeError:  # a built-in type
        return
    if had:
        undo.callback(setattr, watched, attribute, before)
    else:
        undo.callback(delattr, watched, attribute)
