"""Inert stand-ins for packages that student code imports and that are not installed here (wandb, matplotlib, datasets).

Importing such a package passes, and so does whatever only hands its parts around: attributes, calls, decorators, base classes. As soon as
a real value is needed (a number, a truth, a loop, a tensor, an answer to a check) ``MissingDependency`` names the package. An import under
``try`` fails as usual: that code says itself what it does without the package.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import importlib.machinery
import sys
from collections.abc import Iterator, Set
from importlib.abc import Loader, MetaPathFinder
from pathlib import Path
from types import FrameType, ModuleType
from typing import NoReturn

from grader.checks.api_rules import students_file
from grader.checks.parsing import parse
from grader.checks.third_party import unguarded_imports

# Whatever would have to invent a value.
_NEEDS_A_VALUE = (
    "__bool__",
    "__len__",
    "__iter__",
    "__next__",
    "__contains__",
    "__reversed__",
    "__int__",
    "__float__",
    "__complex__",
    "__index__",
    "__fspath__",
    "__array__",
    "__eq__",
    "__ne__",
    "__lt__",
    "__le__",
    "__gt__",
    "__ge__",
    "__add__",
    "__radd__",
    "__sub__",
    "__rsub__",
    "__mul__",
    "__rmul__",
    "__truediv__",
    "__rtruediv__",
    "__floordiv__",
    "__rfloordiv__",
    "__mod__",
    "__rmod__",
    "__pow__",
    "__rpow__",
    "__matmul__",
    "__rmatmul__",
    "__neg__",
    "__pos__",
    "__abs__",
    "__round__",
    "__await__",
)


class MissingDependency(ModuleNotFoundError):
    """A package that is not installed is needed after all."""

    def __init__(self, path: str) -> None:
        package = path.split(".")[0]
        super().__init__(f"{path} is needed here, and {package} is not installed", name=package)


class StandIn:
    """What any part of a missing package is: callable, with any attribute, and without a value."""

    def __init__(self, path: str) -> None:
        object.__setattr__(self, "_stands_for", path)

    def __getattr__(self, name: str) -> StandIn:
        return StandIn(f"{_path(self)}.{_not_special(name)}")

    def __setattr__(self, name: str, value: object) -> None:
        """Settings of a missing package change nothing."""

    def __call__(self, *_: object, **__: object) -> StandIn:
        return StandIn(f"{_path(self)}()")

    def __getitem__(self, _: object) -> StandIn:
        return StandIn(f"{_path(self)}[]")

    def __setitem__(self, key: object, value: object) -> None:
        """The same."""

    def __or__(self, _: object) -> StandIn:  # in annotations
        return self

    __ror__ = __or__

    def __enter__(self) -> StandIn:
        return self

    def __exit__(self, *_: object) -> None:
        """A block of a missing package ends like any other."""

    def __mro_entries__(self, _: tuple[object, ...]) -> tuple[type, ...]:
        return (_base_class(_path(self)),)

    def __instancecheck__(self, _: object) -> bool:
        return False  # nothing can be an instance of a class that is not there

    def __hash__(self) -> int:
        return hash(_path(self))

    def __repr__(self) -> str:
        return f"<stand-in for {_path(self)}>"

    @classmethod
    def __torch_function__(cls, function: object, types: object, args: object = (), kwargs: object = None) -> NoReturn:
        found = next(_stand_ins_in([args, kwargs]))
        raise MissingDependency(_path(found))


def _stand_ins_in(value: object) -> Iterator[StandIn]:
    if isinstance(value, StandIn):
        yield value
    elif isinstance(value, list | tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _stand_ins_in(item)


def _needs_a_value(self: StandIn, *_: object) -> NoReturn:
    raise MissingDependency(_path(self))


for _name in _NEEDS_A_VALUE:
    setattr(StandIn, _name, _needs_a_value)


def refuse_stand_in(value: object) -> None:
    """Raises MissingDependency when an answer is a stand-in."""
    if isinstance(value, StandIn | _StandInModule):
        raise MissingDependency(_path(value))


@contextlib.contextmanager
def stand_ins(root: Path, without: Set[str]) -> Iterator[None]:
    """While the block runs, files under ``root`` that import what is missing get stand-ins, but for the packages ``without``."""
    finder = _Finder(root.resolve(), without)
    sys.meta_path.append(finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name, module in sys.modules.items() if isinstance(module, _StandInModule)]:
            del sys.modules[name]


class _StandInModule(ModuleType):
    def __getattr__(self, name: str) -> StandIn:
        return StandIn(f"{self.__name__}.{_not_special(name)}")


class _Finder(MetaPathFinder, Loader):
    """Asked last, when nothing else has found a module."""

    def __init__(self, root: Path, without: Set[str]) -> None:
        self._root = root
        self._without = without

    def find_spec(self, fullname: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:  # noqa: ARG002
        top, _, below = fullname.partition(".")
        wanted = isinstance(sys.modules.get(top), _StandInModule) if below else self._wanted(top, sys._getframe(1))
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True) if wanted else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _StandInModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing in it."""

    def _wanted(self, name: str, frame: FrameType | None) -> bool:
        while frame is not None and frame.f_code.co_filename.startswith("<frozen importlib._bootstrap"):
            frame = frame.f_back
        importer = students_file(self._root, frame.f_code.co_filename) if frame else ""
        if not importer or name in self._without:
            return False
        file = self._root / importer
        # A module of the student's own that is imported by the wrong name is a mistake to be told, not a package.
        beside = any((folder / name).exists() or (folder / f"{name}.py").exists() for folder in (file.parent, self._root))
        return not beside and name in _needed_by(file)


@functools.cache
def _needed_by(file: Path) -> frozenset[str]:
    tree = parse(file.read_bytes(), file.name)
    return frozenset(unguarded_imports(tree)) if isinstance(tree, ast.Module) else frozenset()


def _base_class(path: str) -> type:
    class StandInBase:
        def __new__(cls, *_: object, **__: object) -> NoReturn:
            raise MissingDependency(path)

        def __init_subclass__(cls, **_: object) -> None:
            """The class may be written; only its instances need the package."""

    return StandInBase


def _not_special(name: str) -> str:
    # Python and torch look for these to learn what an object can do.
    if name.startswith("__") and name != "__version__":
        raise AttributeError(name)
    return name


def _path(value: StandIn | _StandInModule) -> str:
    return value.__name__ if isinstance(value, _StandInModule) else str(object.__getattribute__(value, "_stands_for"))
