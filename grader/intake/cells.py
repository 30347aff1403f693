"""One code cell of a notebook: its statements, each with the names it binds and needs. Magics and shell lines are no Python."""

from __future__ import annotations

import ast
import re
import symtable
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from grader.checks.parsing import SyntaxFault, parse

_CELL_MAGIC = re.compile(r"\s*%%(\w*)[^\n]*")
# Those whose cell is Python that runs in the notebook.
_TRANSPARENT = frozenset({"time", "timeit", "capture", "prun"})
# !pip install, ?help, %matplotlib, files = !ls, norm?
_NOT_PYTHON = re.compile(r"([ \t]*+)(?:[!?]|%%?[A-Za-z]|[\w, ]+=[ \t]*+(?:!|%[A-Za-z])|[\w.]+\?\??[ \t]*+$)")


@dataclass(frozen=True)
class Statement:
    """A statement at the top of a cell.

    Attributes:
        source: its text, decorators included.
        defines: global names that it gives a value of its own, or changes the value of (``Norm.forward = f``).
        imports: global names that it imports.
        now, later: global names that it reads when it runs, and when a function that it defines is called.
        future: whether it is an import from ``__future__``; star: whether it imports all names of a module.
    """

    source: str
    defines: frozenset[str]
    imports: frozenset[str]
    now: frozenset[str]
    later: frozenset[str]
    future: bool = False
    star: bool = False


@dataclass(frozen=True)
class Cell:
    """What a cell holds: statements, lines that were dropped because they are no Python, and what Python cannot read."""

    statements: tuple[Statement, ...] = ()
    dropped: tuple[str, ...] = ()
    faults: tuple[SyntaxFault, ...] = ()


def read_cell(text: str, path: str) -> Cell:
    """The cell in parts; ``path`` is how messages call it. Its time grows with the square of a text made for it: bound its size first."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    magic = _CELL_MAGIC.match(text)
    if magic and magic[1] not in _TRANSPARENT:
        return Cell(dropped=(magic[0].strip(),))
    dropped = [magic[0].strip()] if magic else []
    text = text[magic.end() :] if magic else text
    tree = parse(text, path)
    if isinstance(tree, SyntaxFault):
        text, lines = _without_magics(text)
        dropped += lines
        tree = parse(text, path)
    if isinstance(tree, SyntaxFault):
        return Cell(dropped=tuple(dropped), faults=(tree,))
    statements, faults = [], []
    for node, source in _sources(tree, text):
        try:
            statements.append(_statement(node, source))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            faults.append(SyntaxFault(path, node.lineno, str(error)[:200] or "nested too deep to be read"))
    return Cell(tuple(statements), tuple(dropped), tuple(faults))


def _without_magics(text: str) -> tuple[str, list[str]]:
    """The text with ``pass`` in place of each line that is no Python, and those lines."""
    kept, dropped = [], []
    goes_on = False
    for line in text.split("\n"):
        found = _NOT_PYTHON.match(line)
        if not goes_on and not found:
            kept.append(line)
            continue
        kept.append(f"{found[1]}pass" if found and not goes_on else "")
        dropped.append(line.strip())
        goes_on = line.endswith("\\")
    return "\n".join(kept), dropped


def _sources(tree: ast.Module, text: str) -> Iterator[tuple[ast.stmt, str]]:
    lines = text.encode("utf-8", "surrogatepass").split(b"\n")  # columns count bytes
    for node in tree.body:
        first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", ()))])
        block = lines[first - 1 : node.end_lineno]
        block[-1] = block[-1][: node.end_col_offset]
        block[0] = block[0][node.col_offset :]
        yield node, b"\n".join(block).decode("utf-8", "surrogatepass")


def _statement(node: ast.stmt, source: str) -> Statement:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = symtable.symtable(source, "cell", "exec")
    named = table.get_symbols()
    imports = {symbol.get_name() for symbol in named if symbol.is_imported()}
    defines = {symbol.get_name() for symbol in named if symbol.is_assigned()}
    now = {symbol.get_name() for symbol in named if symbol.is_referenced()}
    later: set[str] = set()
    _inside(table, now, later)
    if isinstance(node, ast.Delete) or (isinstance(node, ast.AnnAssign) and node.value is None):
        defines = set()
    if isinstance(node, ast.AugAssign):
        now |= defines
    changed = _changed(node)
    return Statement(
        source,
        frozenset(defines | changed),
        frozenset(imports),
        frozenset(now | changed),
        frozenset(later),
        future=isinstance(node, ast.ImportFrom) and node.module == "__future__",
        star=isinstance(node, ast.ImportFrom) and node.names[0].name == "*",
    )


def _inside(table: symtable.SymbolTable, now: set[str], later: set[str]) -> None:
    """Adds the global names that scopes inside ``table`` read: the body of a class runs at once, that of a function when it is called."""
    for child in table.get_children():
        names = {symbol.get_name() for symbol in child.get_symbols() if symbol.is_global()}
        if child.get_type() == "function":
            later |= names
            _inside(child, later, later)
        else:
            # A class body that gives a name a value may read the global one before.
            now |= names | {symbol.get_name() for symbol in child.get_symbols() if symbol.is_referenced()}
            _inside(child, now, later)


def _changed(node: ast.stmt) -> set[str]:
    """``Norm`` for ``Norm.forward = f``, ``table`` for ``table[0] = 1``."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
    changed = set()
    for target in targets:
        inner: ast.expr = target
        while isinstance(inner, ast.Attribute | ast.Subscript):
            inner = inner.value
        if inner is not target and isinstance(inner, ast.Name):
            changed.add(inner.id)
    return changed
