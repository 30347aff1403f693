"""Solution regions: pairs of markers, held against the syntax tree.

A region is one or more whole statements of one block. Anything else (half a statement, the end of one function and the start of the
next, an ``else`` without its ``if``) stops the release.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.release.markers import BEGIN, END, Marker, read_markers
from grader.release.problem import Problem, ReleaseRefused

_NO_CODE = (
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
)
_WHOLE = "put BEGIN directly before the first and END directly after the last of a run of whole statements of one block"


@dataclass(frozen=True)
class Region:
    """One solution region.

    Attributes:
        begin, end: the 1-based lines of its two markers.
        column: the indentation of its statements.
        in_function: whether it lies in a function; the innermost function or class around it decides.
        scopes: names of the classes and functions around it, outermost first.
        docstring: that of the innermost function or class around it, or empty.
    """

    begin: int
    end: int
    column: int
    in_function: bool
    scopes: tuple[str, ...]
    docstring: str


_Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class _Block:
    """The statements of one indented block, and the syntax nodes around it, outermost first."""

    statements: tuple[ast.stmt, ...]
    around: tuple[ast.AST, ...]


def read_regions(source: str, file: str) -> tuple[Region, ...]:
    """The regions of a Python file, in order. Raises ReleaseRefused with every problem found."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 0
        raise ReleaseRefused([Problem(file, line, f"this is not Python: {error}", "correct the file")]) from None
    pairs = _pairs(read_markers(source, file), file)
    blocks = list(_blocks(tree, ()))
    code = [token for token in tokenize.generate_tokens(io.StringIO(source).readline) if token.type not in _NO_CODE]
    regions = []
    problems = []
    for begin, end in pairs:
        inside = [token for token in code if begin.line < token.start[0] and token.end[0] < end.line]
        found = _region(begin, end, inside, blocks, file)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            regions.append(found)
    if problems:
        raise ReleaseRefused(problems)
    return tuple(regions)


def _pairs(markers: Sequence[Marker], file: str) -> list[tuple[Marker, Marker]]:
    pairs = []
    problems = []
    opened: Marker | None = None
    for marker in markers:
        if marker.begins and opened is not None:
            what = f"a region begins inside the region of line {opened.line}"
            problems.append(Problem(file, marker.line, what, f"end that one with {END!r} first"))
        elif marker.begins:
            opened = marker
        elif opened is None:
            problems.append(Problem(file, marker.line, "a region ends here that never began", f"add {BEGIN!r} before the solution"))
        else:
            pairs.append((opened, marker))
            opened = None
    if opened is not None:
        problems.append(Problem(file, opened.line, "the region that begins here never ends", f"add {END!r} after the solution"))
    if problems:
        raise ReleaseRefused(problems)
    return pairs


def _region(begin: Marker, end: Marker, code: Sequence[tokenize.TokenInfo], blocks: Sequence[_Block], file: str) -> Region | Problem:
    if not code:
        return Problem(file, begin.line, "the region holds no code", "remove the markers, or move them around the solution")
    # A block comes before the blocks within it, so the first that has statements inside is the outermost.
    block, statements = next(((block, found) for block in blocks if (found := _inside(block, begin, end))), (None, []))
    if block is None:
        return Problem(file, begin.line, "the region holds no whole statement", _WHOLE)
    others = (statement for other in blocks for statement in other.statements if statement not in block.around)
    if cut := next((statement for statement in others if _cut(statement, begin, end)), None):
        line = begin.line if _start(cut)[0] < begin.line else end.line
        what = f"the region cuts the statement of line {_start(cut)[0]} in two, or crosses the border of its block or function"
        return Problem(file, line, what, _WHOLE)
    last = [token for token in code if token.string != ";"][-1]
    if code[0].start != _start(statements[0]) or code[0].string == "elif" or last.end[0] != _last_line(statements[-1]):
        return Problem(file, code[0].start[0], "the region begins or ends in the middle of a statement", _WHOLE)
    column = code[0].start[1]
    for marker in (begin, end):
        if marker.column != column:
            what = f"the marker stands in column {marker.column} and its statements in column {column}"
            return Problem(file, marker.line, what, "indent the marker like the statements")
    scopes = [node for node in block.around if isinstance(node, _Scope)]
    return Region(
        begin=begin.line,
        end=end.line,
        column=column,
        in_function=bool(scopes) and not isinstance(scopes[-1], ast.ClassDef),
        scopes=tuple(scope.name for scope in scopes),
        docstring=(ast.get_docstring(scopes[-1]) or "") if scopes else "",
    )


def _blocks(node: ast.AST, around: tuple[ast.AST, ...]) -> Iterator[_Block]:
    around = (*around, node)
    for field in ("body", "handlers", "orelse", "finalbody", "cases"):
        children = getattr(node, field, None)
        if not isinstance(children, list):  # a lambda's body is an expression
            continue
        if field not in ("handlers", "cases"):
            yield _Block(tuple(children), around)
        for child in children:
            yield from _blocks(child, around)


def _start(statement: ast.stmt) -> tuple[int, int]:
    decorators = getattr(statement, "decorator_list", [])
    # The expression of a decorator begins after its @.
    return (decorators[0].lineno, statement.col_offset) if decorators else (statement.lineno, statement.col_offset)


def _last_line(statement: ast.stmt) -> int:
    return statement.end_lineno or statement.lineno


def _inside(block: _Block, begin: Marker, end: Marker) -> list[ast.stmt]:
    return [statement for statement in block.statements if begin.line < _start(statement)[0] and _last_line(statement) < end.line]


def _cut(statement: ast.stmt, begin: Marker, end: Marker) -> bool:
    first, last = _start(statement)[0], _last_line(statement)
    return first < begin.line < last < end.line or begin.line < first < end.line < last
