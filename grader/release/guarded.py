"""Collects from the repository what a release must not contain."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from grader.release.contents import Contents
from grader.release.leaks import Guarded
from grader.release.ngrams import NgramIndex, Passage, Word, words_of_python, words_of_text
from grader.release.problem import Problem, ReleaseRefused

# Chosen on the course itself: with fewer words, idioms such as a method's signature are reported.
SOLUTION_WORDS = 12
SHORTEST_SOLUTION = 8
# Tests share set-up with each other, so more words in a row are needed before a hidden one can be said to be out.
HIDDEN_WORDS = 24
_TEST_NAME = re.compile(r"^\s*(?:async )?def (test_\w+)", re.MULTILINE)


def guarded_by(repository: Path, contents: Contents) -> Guarded:
    """What must not be in ``contents``. What the kept parts of the solutions say anyway is no secret; nor are the checks' own words
    where hidden tests and misconceptions use them."""
    kept = [contents.files[path] for path in (*contents.given, *(module.path for module in contents.stubs))]
    shipped = kept + [content for name, content in contents.files.items() if name.startswith("grader/")]
    public = {
        name for path, content in contents.files.items() if path.startswith("tests/") for name in _TEST_NAME.findall(content.decode())
    }
    hidden = _texts(repository, "tests/hidden")
    return Guarded(
        indexes={
            "solution": NgramIndex(_removed(contents), _allowed(kept), SOLUTION_WORDS, SHORTEST_SOLUTION),
            "alternative": _index(_texts(repository, "solutions/alternatives"), shipped, SOLUTION_WORDS),
            "misconception": _index(_texts(repository, "solutions/misconceptions"), shipped, SOLUTION_WORDS),
            "hidden test": _index(hidden, shipped, HIDDEN_WORDS),
        },
        hidden_names=frozenset(name for text in hidden.values() for name in _TEST_NAME.findall(text)) - public,
    )


def _removed(contents: Contents) -> list[Passage]:
    passages = []
    for module in contents.stubs:
        words = words_of_python(module.source)
        for region in module.stub.regions:
            inside = tuple(word for word in words if region.begin < word.line < region.end)
            passages.append(Passage(module.origin, inside))
    return passages


def _index(texts: dict[str, str], shipped: Iterable[bytes], size: int) -> NgramIndex:
    passages = [Passage(origin, tuple(_without_imports(text))) for origin, text in texts.items()]
    return NgramIndex(passages, _allowed(shipped), size, size)


def _without_imports(text: str) -> list[Word]:
    lines = text.split("\n")
    return [word for word in words_of_python(text) if not lines[word.line - 1].startswith(("import ", "from "))]


def _allowed(contents: Iterable[bytes]) -> list[list[Word]]:
    texts = [content.decode("utf-8") for content in contents]
    return [words for text in texts for words in (words_of_python(text), words_of_text(text))]


def _texts(repository: Path, folder: str) -> dict[str, str]:
    if not (repository / folder).is_dir():
        fix = "create it, or tell grader.release.guarded where it went: a scan that looks for nothing finds nothing"
        raise ReleaseRefused([Problem(folder, 0, "the folder is missing", fix)])
    files = sorted(path for path in (repository / folder).rglob("*.py") if path.is_file())
    return {path.relative_to(repository).as_posix(): path.read_text(encoding="utf-8") for path in files}
