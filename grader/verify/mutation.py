"""Small mechanical changes of a module, one at a time: what breaks code without any idea behind it. Pure functions of the source text."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

_NEARBY: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE}
_OTHER: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mod,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_ORDERED = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.MatMult, ast.Pow)
_OTHER_NAME = {
    "zeros": "ones",
    "ones": "zeros",
    "ones_": "zeros_",
    "zeros_": "ones_",
    "zeros_like": "ones_like",
    "amax": "amin",
    "argmax": "argmin",
    "max": "min",
    "min": "max",
    "sum": "mean",
    "mean": "sum",
    "any": "all",
    "all": "any",
    "tril": "triu",
    "rsqrt": "sqrt",
    "sqrt": "square",
    "square": "abs",
    "softmax": "log_softmax",
    "log_softmax": "softmax",
    "repeat": "repeat_interleave",
    "cumsum": "cumprod",
    "cat": "stack",
    "eval": "train",
    "isneginf": "isfinite",
    "view": "reshape",
}
_LIBRARIES = ("torch", "nn", "F", "math", "self")


@dataclass(frozen=True)
class Mutant:
    """One change of one statement.

    Attributes:
        operator: what was done, ``drop keyword``.
        where: the function, ``RMSNorm.forward``; empty at module level.
        before, after: the statement, or the first line of a compound one; ``after`` is ``pass`` where it was dropped.
        source: the whole module with the change.
    """

    operator: str
    where: str
    before: str
    after: str
    source: str


def mutants(source: str) -> tuple[Mutant, ...]:
    """Every mutant of a module without elif, in the order of the source; of equal ones the first. Texts, raised errors and types stay."""
    tree, lines = ast.parse(source), source.splitlines()
    found: dict[tuple[str, str, str], Mutant] = {}
    for where, statement in _statements(tree):
        for node in _inside(statement):
            for operator, replacement in _changes(node, is_statement=node is statement):
                mutant = _mutant(lines, where, statement, node, operator, replacement)
                if mutant.before != mutant.after:
                    found.setdefault((mutant.where, mutant.before, mutant.after), mutant)
    return tuple(found.values())


def _statements(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """Every statement in a function, with the function's name."""

    def walk(body: list[ast.stmt], where: str, in_function: bool) -> Iterator[tuple[str, ast.stmt]]:
        for statement in body:
            if isinstance(statement, ast.ClassDef | ast.FunctionDef):
                inner = f"{where}.{statement.name}" if where else statement.name
                yield from walk(statement.body, inner, isinstance(statement, ast.FunctionDef))
            elif in_function and not isinstance(statement, ast.Raise | ast.Import | ast.ImportFrom) and not _is_text(statement):
                yield where, statement
                for name in ("body", "orelse", "finalbody"):
                    yield from walk(getattr(statement, name, []), where, in_function)

    yield from walk(tree.body, "", False)


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _inside(statement: ast.stmt) -> Iterator[ast.AST]:
    """The statement and the expressions of its own, not those of the statements in it."""
    yield statement
    for name, value in ast.iter_fields(statement):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.expr):
                yield from ast.walk(child)


def _changes(node: ast.AST, *, is_statement: bool) -> Iterator[tuple[str, ast.AST]]:
    if is_statement:
        yield from _statement_changes(node)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        for operator, table in (("nearby comparison", _NEARBY), ("turn comparison", _TURNED)):
            if type(node.ops[0]) in table:
                yield operator, ast.Compare(node.left, [table[type(node.ops[0])]()], node.comparators)
    elif isinstance(node, ast.BinOp):
        if type(node.op) in _OTHER:
            yield "other operator", ast.BinOp(node.left, _OTHER[type(node.op)](), node.right)
        if isinstance(node.op, _ORDERED):
            yield "swap operands", ast.BinOp(node.right, node.op, node.left)
        yield "drop operand", node.left
        yield "drop operand", node.right
    elif isinstance(node, ast.BoolOp):
        yield "other operator", ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert | ast.USub):
        yield "drop sign", node.operand
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "other constant", ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield "off by one", ast.Constant(node.value + 1)
        yield "off by one", ast.Constant(node.value - 1)
    elif isinstance(node, ast.Constant) and isinstance(node.value, float):
        yield "other constant", ast.Constant(node.value * 2 + 1)
    elif isinstance(node, ast.IfExp):
        yield "negate condition", ast.IfExp(node.test, node.orelse, node.body)
    elif isinstance(node, ast.Call):
        yield from _call_changes(node)


def _statement_changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.If | ast.While):
        yield "negate condition", type(node)(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
    if isinstance(node, ast.If | ast.Expr | ast.Break | ast.AugAssign) or (
        isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name | ast.Subscript)
    ):
        yield "drop statement", ast.Pass()
    if isinstance(node, ast.Break):
        yield "break to continue", ast.Continue()


def _call_changes(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    for place in range(len(node.keywords)):
        yield "drop keyword", ast.Call(node.func, node.args, node.keywords[:place] + node.keywords[place + 1 :])
    if len(node.args) >= 2:
        yield "swap arguments", ast.Call(node.func, [node.args[1], node.args[0], *node.args[2:]], node.keywords)
        yield "drop argument", ast.Call(node.func, node.args[:-1], node.keywords)
    if isinstance(node.func, ast.Attribute):
        if node.func.attr in _OTHER_NAME:
            other = ast.Attribute(node.func.value, _OTHER_NAME[node.func.attr], ast.Load())
            yield "other function", ast.Call(other, node.args, node.keywords)
        if not (isinstance(node.func.value, ast.Name) and node.func.value.id in _LIBRARIES):
            yield "drop call", node.func.value


class _Replace(ast.NodeTransformer):
    def __init__(self, target: ast.AST, replacement: ast.AST) -> None:
        self._target, self._replacement = target, replacement

    def visit(self, node: ast.AST) -> ast.AST:
        return self._replacement if node is self._target else self.generic_visit(node)


def _mutant(lines: list[str], where: str, statement: ast.stmt, node: ast.AST, operator: str, replacement: ast.AST) -> Mutant:
    # One deep copy of all keeps the identities inside it apart from those of the tree.
    old, target, new = copy.deepcopy((statement, node, replacement))
    changed = ast.fix_missing_locations(_Replace(target, new).visit(old))
    start, end = statement.lineno - 1, statement.end_lineno or statement.lineno
    indent = lines[start][: statement.col_offset]
    text = [indent + line for line in ast.unparse(changed).splitlines()]
    source = "\n".join([*lines[:start], *text, *lines[end:]]) + "\n"
    return Mutant(operator, where, _first_line(statement), _first_line(changed), source)


def _first_line(node: ast.AST) -> str:
    return ast.unparse(node).splitlines()[0]
