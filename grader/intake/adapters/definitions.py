"""Classes and functions of handed-in files, read from their syntax trees. Nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from grader.checks.parsing import parse

# No code base of a course comes near; every two of them may have to be compared.
MAX_DEFINITIONS = 500
# What others call the one object that holds all settings.
SETTINGS = ("config", "cfg", "conf", "args", "params", "hparams", "model_args")


@dataclass(frozen=True)
class Argument:
    """A parameter by its name."""

    name: str
    required: bool


@dataclass(frozen=True)
class Definition:
    """A class or function at the top of a file.

    Attributes:
        file: path below the clean folder.
        arguments: of the function, or of the constructor without ``self``; for a dataclass its fields.
        forward: of the method ``forward`` without ``self``; None for a function and for a class that has none.
        node: the syntax tree, for what signatures do not tell.
        names: names and strings in its body: what it may be built of.
        keys: what it asks a dictionary of settings for, in order.
    """

    file: str
    line: int
    name: str
    arguments: tuple[Argument, ...]
    forward: tuple[Argument, ...] | None
    node: ast.ClassDef | ast.FunctionDef
    names: frozenset[str] = frozenset()
    keys: tuple[str, ...] = ()

    @property
    def is_class(self) -> bool:
        """Whether it is a class."""
        return isinstance(self.node, ast.ClassDef)

    @cached_property
    def has_fields(self) -> bool:
        """Whether it is a dataclass, whose fields are its constructor's parameters."""
        return self.is_class and any("dataclass" in (_last_name(item) or "") for item in self.node.decorator_list)

    @property
    def lines(self) -> tuple[int, int]:
        """Where it stands among the lines of its file: the first, counted from 0, and the one after the last."""
        return self.line - 1, self.node.end_lineno or self.line

    @property
    def shown(self) -> str:
        """The definition in words."""
        return f"{self.name} in {self.file}, line {self.line}"


def definitions(files: Mapping[str, bytes]) -> tuple[Definition, ...]:
    """What stands at the top of these files, in their order, up to ``MAX_DEFINITIONS``; of a file that cannot be read, nothing."""
    return tuple(islice((found for file, source in files.items() for found in _in_file(file, source)), MAX_DEFINITIONS))


def method(definition: Definition, name: str) -> ast.FunctionDef | None:
    """A method that the class itself defines."""
    found = (node for node in definition.node.body if isinstance(node, ast.FunctionDef) and node.name == name)
    return next(found, None) if definition.is_class else None


def _in_file(file: str, source: bytes) -> Iterator[Definition]:
    tree = parse(source, file)
    for node in tree.body if isinstance(tree, ast.Module) else ():
        if isinstance(node, ast.FunctionDef):
            yield Definition(file, node.lineno, node.name, _arguments(node), None, node)
        elif isinstance(node, ast.ClassDef):
            methods = {item.name: item for item in node.body if isinstance(item, ast.FunctionDef)}
            build, forward = methods.get("__init__"), methods.get("forward")
            arguments = _arguments(build)[1:] if build else tuple(_fields(node))
            taken = _arguments(forward)[1:] if forward else None
            inside = [inner for statement in node.body for inner in ast.walk(statement)]
            yield Definition(file, node.lineno, node.name, arguments, taken, node, _names(inside), tuple(dict.fromkeys(_keys(inside))))


def _arguments(node: ast.FunctionDef) -> tuple[Argument, ...]:
    positional = [*node.args.posonlyargs, *node.args.args]
    bare = len(positional) - len(node.args.defaults)
    found = [Argument(item.arg, place < bare) for place, item in enumerate(positional)]
    named = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    return (*found, *(Argument(item.arg, default is None) for item, default in named))


def _fields(node: ast.ClassDef) -> Iterator[Argument]:
    for item in node.body:
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
            yield Argument(item.target.id, item.value is None)


def _names(nodes: Iterable[ast.AST]) -> frozenset[str]:
    names = (node.id if isinstance(node, ast.Name) else node.value for node in nodes if isinstance(node, ast.Name | ast.Constant))
    return frozenset(name for name in names if isinstance(name, str))


def _keys(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        key = node.slice.value if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) else None
        if isinstance(node, ast.Subscript) and isinstance(key, str) and _last_name(node.value) in SETTINGS:
            yield key


def _last_name(node: ast.expr) -> str | None:
    called = node.func if isinstance(node, ast.Call) else node
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else None
