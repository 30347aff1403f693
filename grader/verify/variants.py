"""Submissions made from the reference: misconceptions (a few definitions replaced) and alternatives (whole modules replaced).

A variant is a file, which stands for the exercise's own module, or a folder of files named like the modules they stand for. A misconception
holds only what differs: a top-level function, class-level method or assignment replaces the one of that name in the reference, new ones are
added after the imports or to the end of the class. An alternative is a module of its own.
"""

from __future__ import annotations

import ast
import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Variant:
    """One misconception or alternative on disk.

    Attributes:
        exercise: id of the exercise it is about.
        name: file or folder name without suffix.
        title: first line of its docstring: the wrong idea, or what is different, as a statement.
        for_the_ta, for_the_student: explanation and hint; empty for alternatives.
        files: module file name (``transformer.py``) and path of what replaces or changes it.
    """

    exercise: str
    name: str
    title: str
    for_the_ta: str
    for_the_student: str
    files: tuple[tuple[str, Path], ...]


def find_variants(folder: Path, module_files: dict[str, str]) -> tuple[Variant, ...]:
    """All variants under ``folder/<exercise>/``. ``module_files`` maps exercise to its module's file name.

    Raises ValueError for a variant without docstring.
    """
    found = []
    for exercise, module_file in module_files.items():
        for path in sorted((folder / exercise).glob("*")):
            if path.suffix == ".py":
                found.append(_variant(exercise, path.stem, ((module_file, path),)))
            elif path.is_dir() and not path.name.startswith("__"):
                found.append(_variant(exercise, path.name, tuple((file.name, file) for file in sorted(path.glob("*.py")))))
    return tuple(found)


def build_misconception(reference: Path, variant: Variant, out: Path) -> None:
    """Write the package ``reference`` to ``out`` with the variant's definitions merged over it. Raises ValueError as ``merge`` does."""
    shutil.copytree(reference, out, ignore=shutil.ignore_patterns("__pycache__"))
    for name, path in variant.files:
        merged = merge((out / name).read_text(encoding="utf-8"), path.read_text(encoding="utf-8"))
        (out / name).write_text(merged, encoding="utf-8")


def build_alternative(reference: Path, variant: Variant, out: Path) -> None:
    """Write the package ``reference`` to ``out`` with the variant's modules in place of its own."""
    shutil.copytree(reference, out, ignore=shutil.ignore_patterns("__pycache__"))
    for name, path in variant.files:
        shutil.copyfile(path, out / name)


def merge(base: str, override: str) -> str:
    """The module ``base`` with the definitions of ``override`` in place of, or beside, its own.

    Raises ValueError when the override holds a statement that is no definition.
    """
    tree, changes = ast.parse(base), ast.parse(override)
    body = changes.body[1:] if ast.get_docstring(changes) is not None else changes.body
    imports = [node for node in body if isinstance(node, (ast.Import, ast.ImportFrom))]
    for node in body:
        if node not in imports:
            _put(tree.body, node)
    future = [node for node in imports if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    start = next((i for i, node in enumerate(tree.body) if not _belongs_first(node)), len(tree.body))
    tree.body[start:start] = [node for node in imports if node not in future]
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _belongs_first(node: ast.stmt) -> bool:
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return docstring or (isinstance(node, ast.ImportFrom) and node.module == "__future__")


def _put(body: list[ast.stmt], node: ast.stmt) -> None:
    name = _name(node)
    place = next((i for i, old in enumerate(body) if _name(old) == name), None)
    if place is None:
        # New helpers go before the first definition that may use them at import time.
        first = next((i for i, old in enumerate(body) if isinstance(old, (ast.FunctionDef, ast.ClassDef))), len(body))
        body.insert(first, node)
        return
    old = body[place]
    if isinstance(node, ast.ClassDef) and isinstance(old, ast.ClassDef):
        old.bases = node.bases or old.bases
        for member in node.body:
            if not (isinstance(member, ast.Expr) and isinstance(member.value, ast.Constant)):
                _put_member(old.body, member)
        return
    body[place] = node


def _put_member(body: list[ast.stmt], node: ast.stmt) -> None:
    name = _name(node)
    for place, old in enumerate(body):
        if _name(old) == name:
            body[place] = node
            return
    body.append(node)


def _name(node: ast.stmt) -> str:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return node.name
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.Expr, ast.If, ast.Pass)):
        return f"line {node.lineno} of {type(node).__name__}"
    raise ValueError(f"line {node.lineno}: a {type(node).__name__} is neither a definition nor an import")


def _variant(exercise: str, name: str, files: tuple[tuple[str, Path], ...]) -> Variant:
    texts = [ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) for _, path in files]
    text = next((text for text in texts if text), None)
    if text is None:
        raise ValueError(f"{files[0][1] if files else name} has no docstring that says what is different")
    paragraphs = [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]
    return Variant(exercise, name, paragraphs[0], _paragraph(paragraphs, "For the TA:"), _paragraph(paragraphs, "For the student:"), files)


def _paragraph(paragraphs: list[str], start: str) -> str:
    return next((text.removeprefix(start).strip() for text in paragraphs if text.startswith(start)), "")
