"""One module laid over another: definitions of the second take the place of those of the first that have their names."""

from __future__ import annotations

import ast


def merge(base: str, override: str) -> str:
    """The module ``base`` with the definitions of ``override`` in place of, or beside, its own.

    Raises ValueError when the override holds a statement that is no definition, or takes the place of nothing.
    """
    tree, changes = ast.parse(base), ast.parse(override)
    body = changes.body[1:] if ast.get_docstring(changes) is not None else changes.body
    imports = [node for node in body if isinstance(node, (ast.Import, ast.ImportFrom))]
    replaced = [_put(tree.body, node) for node in body if node not in imports]
    if not any(replaced):
        raise ValueError("none of its definitions takes the place of one: is a name misspelt?")
    future = [node for node in imports if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    start = next((i for i, node in enumerate(tree.body) if not _belongs_first(node)), len(tree.body))
    tree.body[start:start] = [node for node in imports if node not in future]
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _belongs_first(node: ast.stmt) -> bool:
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return docstring or (isinstance(node, ast.ImportFrom) and node.module == "__future__")


def _put(body: list[ast.stmt], node: ast.stmt) -> bool:
    """Whether the statement took the place of one, or changed a class."""
    place = _place(body, node)
    if place is None:
        # New helpers go before the first definition that may use them at import time.
        first = next((i for i, old in enumerate(body) if isinstance(old, (ast.FunctionDef, ast.ClassDef))), len(body))
        body.insert(first, node)
        return False
    old = body[place]
    if isinstance(node, ast.ClassDef) and isinstance(old, ast.ClassDef):
        old.bases = node.bases or old.bases
        for member in node.body:
            if not (isinstance(member, ast.Expr) and isinstance(member.value, ast.Constant)):
                _put_member(old.body, member)
    else:
        body[place] = node
    return True


def _put_member(body: list[ast.stmt], node: ast.stmt) -> None:
    place = _place(body, node)
    if place is None:
        body.append(node)
    else:
        body[place] = node


def _place(body: list[ast.stmt], node: ast.stmt) -> int | None:
    """Where the definition of that name stands."""
    name = _name(node)
    if not name and not isinstance(node, (ast.Expr, ast.If, ast.Pass)):
        raise ValueError(f"line {node.lineno}: a {type(node).__name__} is neither a definition nor an import")
    return next((i for i, old in enumerate(body) if name and _name(old) == name), None)


def _name(node: ast.stmt) -> str:
    """What a statement defines; empty where it defines nothing."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return node.name
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id
    return ""
