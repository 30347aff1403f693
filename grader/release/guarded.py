"""Collects from the repository what a release must not contain."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.release.contents import Contents
from grader.release.leaks import Guarded
from grader.release.ngrams import NgramIndex, Passage, Word, words_of_python, words_of_text
from grader.release.problem import Problem, ReleaseRefused

# Chosen on the course itself: with 10 words, a common line of set-up is reported.
SOLUTION_WORDS = 12
SHORTEST_SOLUTION = 8
# Tests are longer, and share set-up with each other.
HIDDEN_WORDS = 24
_WHOLE = 1 << 30
_TEST_NAME = re.compile(r"^\s*(?:async )?def (test_\w+)", re.MULTILINE)


def guarded_by(repository: Path, contents: Contents) -> Guarded:
    """What must not be in ``contents``, less what is public anyway.

    For solutions that is what the stubs and the given modules keep; for other right and wrong solutions also the checks; for hidden tests
    also the public ones, which share set-up with them. A whole check, marker and all, that stands in both is reported even so.

    Raises ReleaseRefused when a folder that is to be guarded is not there.
    """
    kept = _words(contents.files[path] for path in (*contents.given, *(module.path for module in contents.stubs)))
    checks = kept + _words(content for name, content in contents.files.items() if name.startswith("grader/"))
    public = [content for name, content in contents.files.items() if name.startswith("tests/")]
    hidden = _texts(repository, "tests/hidden")
    alternatives, misconceptions = (_texts(repository, f"solutions/{kind}") for kind in ("alternatives", "misconceptions"))
    public_names = {name for content in public for name in _TEST_NAME.findall(content.decode("utf-8"))}
    return Guarded(
        indexes={
            "solution": NgramIndex(_removed(contents), kept, SOLUTION_WORDS, SHORTEST_SOLUTION),
            "alternative": NgramIndex(_code(alternatives), checks, SOLUTION_WORDS, SOLUTION_WORDS),
            "misconception": NgramIndex(_code(misconceptions), checks, SOLUTION_WORDS, SOLUTION_WORDS),
            "hidden test": NgramIndex(_code(hidden), checks + _words(public), HIDDEN_WORDS, HIDDEN_WORDS),
            "check that is hidden too": NgramIndex(_check_markers(hidden), (), _WHOLE, HIDDEN_WORDS),
        },
        hidden_names=frozenset(name for text in hidden.values() for name in _TEST_NAME.findall(text)) - public_names,
    )


def _removed(contents: Contents) -> Iterator[Passage]:
    for module in contents.stubs:
        words = words_of_python(module.source)
        for region in module.stub.regions:
            yield Passage(module.origin, tuple(word for word in words if region.begin < word.line < region.end))


def _code(texts: dict[str, str]) -> Iterator[Passage]:
    """What the code does, file by file: no imports, signatures, docstrings and error messages, which the handout may prescribe."""
    for origin, text in texts.items():
        prescribed = {line for node in ast.walk(ast.parse(text)) for line in _prescribed_lines(node)}
        yield Passage(origin, tuple(word for word in words_of_python(text) if word.line not in prescribed))


def _prescribed_lines(node: ast.AST) -> range:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return range(node.lineno, node.body[0].lineno)
    is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    if isinstance(node, ast.stmt) and (is_docstring or isinstance(node, ast.Import | ast.ImportFrom | ast.Raise)):
        return range(node.lineno, (node.end_lineno or node.lineno) + 1)
    return range(0)


def _check_markers(texts: dict[str, str]) -> Iterator[Passage]:
    """The decorators of each test: its idea, title, hint and parameters."""
    for origin, text in texts.items():
        words = words_of_python(text)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and node.decorator_list:
                lines = range(node.decorator_list[0].lineno, node.lineno)
                yield Passage(origin, tuple(word for word in words if word.line in lines))


def _words(contents: Iterable[bytes]) -> list[list[Word]]:
    texts = [content.decode("utf-8") for content in contents]
    return [words for text in texts for words in (words_of_python(text), words_of_text(text))]


def _texts(repository: Path, folder: str) -> dict[str, str]:
    if not (repository / folder).is_dir():
        fix = "create it, or tell grader.release.guarded where it went: a scan that looks for nothing finds nothing"
        raise ReleaseRefused([Problem(folder, 0, "the folder is missing", fix)])
    files = sorted(path for path in (repository / folder).rglob("*.py") if path.is_file())
    return {path.relative_to(repository).as_posix(): path.read_text(encoding="utf-8") for path in files}
