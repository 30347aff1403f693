"""Read a syntax tree for library names, through the aliases that Python offers; comments and strings are not names."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from grader.checks.api_names import RuleBook, find_object

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef


class _Names(dict[str, set[str]]):
    """One scope's names: each with the full names it may stand for; an empty set for a name that is the program's own."""

    def __init__(self, *, is_class: bool = False) -> None:
        super().__init__()
        self.is_class = is_class


class Scanner:
    """Walks scope by scope: first what the names of a scope may stand for, then every expression in it."""

    def __init__(self, book: RuleBook) -> None:
        # (line, column, forbidden name)
        self.found: set[tuple[int, int, str]] = set()
        self._book = book
        self._star_modules: list[str] = []

    def scan(self, body: list[ast.stmt], outer: list[_Names], scope: _Scope | None = None) -> None:
        """Scan the statements of one scope and the scopes inside; ``outer`` are the enclosing scopes' names, innermost last."""
        names = _Names(is_class=isinstance(scope, ast.ClassDef))
        if isinstance(scope, _Function):
            names.update({argument.arg: set() for argument in _arguments(scope)})
        scopes = [*outer, names]
        for node in _own_nodes(body):
            self._bind(node, names, scopes)
        for statement in body:
            self._visit(statement, scopes)

    def _bind(self, node: ast.AST, names: _Names, scopes: list[_Names]) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                whole = alias.name if alias.asname else alias.name.split(".")[0]
                names.setdefault(alias.asname or whole, set()).add(whole)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                if alias.name == "*":
                    self._star_modules.append(node.module)
                else:
                    names.setdefault(alias.asname or alias.name, set()).add(f"{node.module}.{alias.name}")
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
            meant = self._meanings(value, scopes)
            names.setdefault(target.id, set()).update(meant)
        elif isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List) and len(target.elts) == len(value.elts):
            for one, other in zip(target.elts, value.elts, strict=True):
                self._assign(one, other, names, scopes)

    def _visit(self, node: ast.AST, scopes: list[_Names]) -> None:
        if isinstance(node, ast.Import):
            self._report(node, {alias.name for alias in node.names})
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            self._report(node, {f"{node.module}.{alias.name}" for alias in node.names if alias.name != "*"})
        elif isinstance(node, _Scope):
            self._enter(node, scopes)
        elif isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Call) and (meant := self._meanings(node, scopes)):
            self._report(node, meant)
        else:
            for child in ast.iter_child_nodes(node):
                self._visit(child, scopes)

    def _enter(self, node: _Scope, scopes: list[_Names]) -> None:
        # Decorators, defaults, annotations and base classes belong to the scope outside.
        inside: list[ast.stmt] = node.body if isinstance(node.body, list) else [ast.Expr(node.body)]
        within = {id(statement) for statement in inside} | {id(node.body)}
        for child in ast.iter_child_nodes(node):
            if id(child) not in within:
                self._visit(child, scopes)
        self.scan(inside, [names for names in scopes if not names.is_class], node)

    def _report(self, node: ast.stmt | ast.expr, names: Iterable[str]) -> None:
        for name in names:
            if forbidden := self._book.forbidden(name):
                self.found.add((node.lineno, node.col_offset, forbidden))

    def _meanings(self, node: ast.expr, scopes: list[_Names]) -> set[str]:
        """The full library names that an expression may stand for; empty where it is none."""
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
    """All nodes of a scope, without what lies in the functions and classes inside."""
    for node in body:
        yield node
        if not isinstance(node, _Scope):
            yield from _own_nodes(ast.iter_child_nodes(node))


def _text(node: ast.expr) -> str | None:
    """The string that an expression of literals is; None for any other."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _text(node.left), _text(node.right)
        return None if left is None or right is None else left + right
    return None
