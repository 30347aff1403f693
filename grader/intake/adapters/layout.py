"""Which dimension of the tokens is the batch, and where a window ends: read from the names that the code itself uses."""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterator

from grader.intake.adapters.definitions import Definition, method


class Layout(enum.Enum):
    """What ``forward`` says of its tokens."""

    BATCH_FIRST = "batch first"
    SEQUENCE_FIRST = "sequence first"
    UNSAID = "unsaid"


def layout_of(definition: Definition) -> Layout:
    """From ``batch, seq = tokens.shape`` and the like, or the name ``tokens_seq`` of the widespread single file."""
    forward = method(definition, "forward")
    if forward is None or not definition.forward:
        return Layout.UNSAID
    tokens = definition.forward[0].name
    if tokens == "tokens_seq":
        return Layout.SEQUENCE_FIRST
    for node in ast.walk(forward):
        if isinstance(node, ast.Assign) and _is_shape_of(node.value, tokens):
            names = [item.id.lower() for target in node.targets for item in _parts(target)]
            if len(names) >= 2 and names[0].startswith("b") != names[1].startswith("b"):
                return Layout.BATCH_FIRST if names[0].startswith("b") else Layout.SEQUENCE_FIRST
    return Layout.UNSAID


def window_ends_before(definition: Definition) -> bool:
    """Whether ``forward`` of a k-gram model cuts its windows as the widespread single file hands it out.

    That is ``tokens[t - k : t]``, without the token at t, from the tokens as they came, for t in a range from the first position to the
    last. Anything else may mean something else by t, and is taken as it stands.
    """
    forward = method(definition, "forward")
    if forward is None or not definition.forward:
        return False
    tokens = definition.forward[0].name
    nodes = list(ast.walk(forward))
    if any(isinstance(node, ast.Name) and node.id == tokens and isinstance(node.ctx, ast.Store) for node in nodes):
        return False
    moved = {_leaf(node.targets[0]) for node in nodes if isinstance(node, ast.Assign) and _is_number_but_zero(node.value)}
    plain = {_leaf(node.target) for node in nodes if isinstance(node, ast.For) and _counts_from_the_first(node.iter, moved)}
    return any(isinstance(node, ast.Subscript) and _leaf(node.value) == tokens and _ends_before(node.slice, plain) for node in nodes)


def _ends_before(index: ast.expr, positions: set[str]) -> bool:
    """``t - k : t``, alone or as the first of several indices."""
    cut = index.elts[0] if isinstance(index, ast.Tuple) and index.elts else index
    if not isinstance(cut, ast.Slice) or not isinstance(cut.upper, ast.Name) or cut.upper.id not in positions:
        return False
    return _is_less_k(cut.lower, cut.upper.id)


def _counts_from_the_first(node: ast.expr, moved: set[str]) -> bool:
    """``range(n)``, ``range(0, n)`` or ``range(start, end)``, where ``start`` is no number that moves the positions."""
    if not isinstance(node, ast.Call) or _leaf(node.func) != "range" or not node.args:
        return False
    start = node.args[0]
    if len(node.args) == 1:
        return isinstance(start, ast.Name | ast.Attribute)
    return (isinstance(start, ast.Name) and start.id not in moved) or (isinstance(start, ast.Constant) and start.value == 0)


def _is_number_but_zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value != 0


def _is_shape_of(node: ast.expr, name: str) -> bool:
    """``x.shape`` or ``x.size()``."""
    found = node.func if isinstance(node, ast.Call) else node
    return isinstance(found, ast.Attribute) and found.attr in ("shape", "size") and _leaf(found.value) == name


def _parts(target: ast.expr) -> Iterator[ast.Name]:
    if isinstance(target, ast.Tuple | ast.List):
        yield from (item for item in target.elts if isinstance(item, ast.Name))


def _is_less_k(node: ast.expr | None, position: str) -> bool:
    """``t - k`` or ``t - self.k``."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and _leaf(node.left) == position and _leaf(node.right) == "k"


def _leaf(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
