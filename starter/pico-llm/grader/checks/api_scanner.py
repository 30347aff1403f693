"""Read a syntax tree for library names, through the aliases that Python offers; comments and strings are not names.

The source may be made to be slow to read: aliases of aliases can double at every line. So everything is counted, and bounded.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from grader.checks.api_names import MAX_PARTS, RuleBook, find_object

MAX_MEANINGS = 16
MAX_NAME = 500
# A module of 128 KiB written in earnest needs about a third of it; this much takes about a second.
MAX_WORK = 200_000
_WORK_OF_A_VERDICT = 20

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef


class TooTangled(Exception):
    """The source goes beyond what is read of one."""


class _Names(dict[str, set[str]]):
    """One scope's names: each with the full names it may stand for; an empty set for a name that is the program's own."""

    def __init__(self, *, is_class: bool = False) -> None:
        super().__init__()
        self.is_class = is_class


class Scanner:
    """Walks scope by scope: first what the names of a scope may stand for, then every expression in it.

    ``scan`` raises TooTangled beyond the bounds above, and RecursionError where the source is nested too deep; ``line`` then says where,
    and ``found`` holds what was found so far.
    """

    def __init__(self, book: RuleBook) -> None:
        # (line, column, forbidden name)
        self.found: set[tuple[int, int, str]] = set()
        self._book = book
        self._star_modules: set[str] = set()
        self._work = 0
        self._verdicts: dict[str, str] = {}
        self.line = 1

    def scan(self, body: list[ast.stmt], outer: list[_Names], scope: _Scope | None = None) -> None:
        """Scan the statements of one scope and the scopes inside; ``outer`` are the enclosing scopes' names, innermost last."""
        names = _Names(is_class=isinstance(scope, ast.ClassDef))
        if isinstance(scope, _Function):
            names.update({argument.arg: set() for argument in _arguments(scope)})
        scopes = [*outer, names]
        for node in _own_nodes(body):
            self._spend(1, node)
            self._bind(node, names, scopes)
        for statement in body:
            self._visit(statement, scopes)

    def _spend(self, work: int, node: ast.AST | None = None) -> None:
        if isinstance(node, ast.stmt | ast.expr):
            self.line = node.lineno
        self._work += work
        if self._work > MAX_WORK:
            raise TooTangled

    def _bounded(self, names: set[str]) -> set[str]:
        """The same names. Raises TooTangled when they are too many or too long."""
        if len(names) > MAX_MEANINGS or any(len(name) > MAX_NAME or name.count(".") >= MAX_PARTS for name in names):
            raise TooTangled
        self._spend(len(names))
        return names

    def _bind(self, node: ast.AST, names: _Names, scopes: list[_Names]) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                whole = alias.name if alias.asname else alias.name.split(".")[0]
                self._mean(alias.asname or whole, {whole}, names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                if alias.name == "*":
                    self._star_modules.add(node.module)
                else:
                    self._mean(alias.asname or alias.name, {f"{node.module}.{alias.name}"}, names)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                self._assign(target, node.value, names, scopes)
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            self._assign(node.target, node.value, names, scopes)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.setdefault(node.name, set())
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.setdefault(node.id, set())

    def _assign(self, target: ast.expr, value: ast.expr, names: _Names, scopes: list[_Names]) -> None:
        if isinstance(target, ast.Name):
            self._mean(target.id, self._meanings(value, scopes), names)
        elif isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List) and len(target.elts) == len(value.elts):
            for one, other in zip(target.elts, value.elts, strict=True):
                self._assign(one, other, names, scopes)

    def _mean(self, name: str, meant: set[str], names: _Names) -> None:
        names[name] = self._bounded(names.get(name, set()) | meant)

    def _visit(self, node: ast.AST, scopes: list[_Names]) -> None:
        self._spend(1, node)
        if isinstance(node, ast.Import):
            for alias in node.names:
                self._report(node, self._bounded({alias.name}))
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                self._report(node, self._bounded({node.module if alias.name == "*" else f"{node.module}.{alias.name}"}))
        elif isinstance(node, _Scope):
            self._enter(node, scopes)
        elif isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Call) and (meant := self._meanings(node, scopes)):
            self._report(node, meant)
        else:
            for child in ast.iter_child_nodes(node):
                self._visit(child, scopes)

    def _enter(self, node: _Scope, scopes: list[_Names]) -> None:
        # Decorators, defaults, annotations and base classes belong to the scope outside.
        inside: list[ast.stmt] = node.body if isinstance(node.body, list) else [ast.copy_location(ast.Expr(node.body), node.body)]
        within = {id(statement) for statement in inside} | {id(node.body)}
        for child in ast.iter_child_nodes(node):
            if id(child) not in within:
                self._visit(child, scopes)
        self.scan(inside, [names for names in scopes if not names.is_class], node)

    def _report(self, node: ast.stmt | ast.expr, names: Iterable[str]) -> None:
        for name in names:
            if name not in self._verdicts:
                self._spend(_WORK_OF_A_VERDICT)
                self._verdicts[name] = self._book.forbidden(name)
            if forbidden := self._verdicts[name]:
                self.found.add((node.lineno, node.col_offset, forbidden))

    def _meanings(self, node: ast.expr, scopes: list[_Names]) -> set[str]:
        """The full library names that an expression may stand for; empty where it is none."""
        self._spend(1)
        return self._bounded(self._read(node, scopes))

    def _read(self, node: ast.expr, scopes: list[_Names]) -> set[str]:
        if isinstance(node, ast.Name):
            return self._look_up(node.id, scopes)
        if isinstance(node, ast.Attribute):
            return {f"{base}.{node.attr}" for base in self._meanings(node.value, scopes)}
        if isinstance(node, ast.IfExp):
            return self._meanings(node.body, scopes) | self._meanings(node.orelse, scopes)
        if isinstance(node, ast.BoolOp):
            return set().union(*(self._meanings(value, scopes) for value in node.values))
        if isinstance(node, ast.NamedExpr):
            return self._meanings(node.value, scopes)
        if isinstance(node, ast.Subscript):
            return self._item(node, scopes)
        return self._result(node, scopes) if isinstance(node, ast.Call) else set()

    def _look_up(self, name: str, scopes: list[_Names]) -> set[str]:
        for names in reversed(scopes):
            if name in names:
                return names[name]
        self._spend(len(self._star_modules))
        return {f"{module}.{name}" for module in self._star_modules if find_object(f"{module}.{name}") is not None}

    def _item(self, node: ast.Subscript, scopes: list[_Names]) -> set[str]:
        """``sys.modules["torch.nn"]``, ``nn.__dict__["RMSNorm"]``, ``vars(nn)["RMSNorm"]``."""
        key = _text(node.slice)
        if key is None:
            return set()
        bases = self._meanings(node.value, scopes)
        attributes = {f"{base.removesuffix('.__dict__')}.{key}" for base in bases if base.endswith(".__dict__")}
        return attributes | ({key} if "sys.modules" in bases else set())

    def _result(self, node: ast.Call, scopes: list[_Names]) -> set[str]:
        """``getattr(nn, "RMSNorm")``, ``importlib.import_module("torch.nn")``, ``__import__("torch.nn")``, ``vars(nn)``."""
        called = {node.func.id} if isinstance(node.func, ast.Name) and not self._look_up(node.func.id, scopes) else set()
        called |= self._meanings(node.func, scopes)
        first = node.args[0] if node.args else None
        if "getattr" in called and len(node.args) >= 2 and (attribute := _text(node.args[1])):
            return {f"{base}.{attribute}" for base in self._meanings(node.args[0], scopes)}
        if "vars" in called and first is not None:
            return {f"{base}.__dict__" for base in self._meanings(first, scopes)}
        name = _text(first) if first is not None else None
        if name and "importlib.import_module" in called:
            return {name}
        return {name, name.split(".")[0]} if name and "__import__" in called else set()


def _arguments(node: _Function) -> Iterator[ast.arg]:
    arguments = node.args
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    yield from (argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None)


def _own_nodes(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All nodes of a scope in the order of the source, without what lies in the functions and classes inside."""
    waiting = list(body)[::-1]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _Scope):
            waiting.extend(list(ast.iter_child_nodes(node))[::-1])


def _text(node: ast.expr) -> str | None:
    """The string that an expression of literals is; None for any other."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _text(node.left), _text(node.right)
        return None if left is None or right is None else left + right
    return None
