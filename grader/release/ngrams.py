"""Text as a run of words, so that copied code is found again whatever its layout, its comments or its file name.

Words are names, numbers and punctuation. Whitespace, quotation marks, backslashes and comment signs are no words: code that was reflowed,
quoted in Markdown or commented out has the words it had before.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_WORD = re.compile(r"[^\W\d]\w*|\d[\w.]*|[^\w\s\"'`\\#]")


class Word(NamedTuple):
    """One word and its 1-based line."""

    text: str
    line: int


def words_of_text(text: str) -> list[Word]:
    """Every word of a text, those in comments included."""
    return [Word(word, number) for number, line in enumerate(text.split("\n"), 1) for word in _WORD.findall(line)]


def words_of_python(source: str) -> list[Word]:
    """The words of Python code without its comments. Text that does not tokenize gives the words before the place where it stops."""
    words = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                continue
            for number, line in enumerate(token.string.split("\n"), token.start[0]):
                words += [Word(word, number) for word in _WORD.findall(line)]
    except (tokenize.TokenError, SyntaxError):
        return words
    return words


@dataclass(frozen=True)
class Passage:
    """Words that must not be found elsewhere, and where they come from."""

    origin: str
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Match:
    """A run of words found again: its 1-based line, and the file and line it comes from."""

    line: int
    origin: str


class NgramIndex:
    """All runs of ``size`` words of some passages, without those that are allowed anyway.

    A passage shorter than ``size`` counts as one run of its own length if it has at least ``shortest`` words; anything shorter is too
    common to tell a copy from a coincidence.
    """

    def __init__(self, passages: Iterable[Passage], allowed: Iterable[Sequence[Word]], size: int, shortest: int) -> None:
        self._origins: dict[int, dict[tuple[str, ...], str]] = {}
        for passage in passages:
            length = min(size, len(passage.words))
            if length >= shortest:
                table = self._origins.setdefault(length, {})
                for line, run in _runs(passage.words, length):
                    table.setdefault(run, f"{passage.origin}:{line}")
        for words in allowed:
            for length, table in self._origins.items():
                for _, run in _runs(words, length):
                    table.pop(run, None)
        self._starts = {run[:2] for table in self._origins.values() for run in table}

    def matches(self, words: Sequence[Word]) -> list[Match]:
        """Where these words repeat a passage. Overlapping runs make one match."""
        texts = [word.text for word in words]
        found = []
        covered = 0
        for start in range(len(texts) - 1):
            if (texts[start], texts[start + 1]) not in self._starts:
                continue
            for length, table in self._origins.items():
                origin = table.get(tuple(texts[start : start + length]))
                if origin is None:
                    continue
                if start >= covered:
                    found.append(Match(words[start].line, origin))
                covered = max(covered, start + length)
        return found


def _runs(words: Sequence[Word], length: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    texts = [word.text for word in words]
    for start in range(len(texts) - length + 1):
        yield words[start].line, tuple(texts[start : start + length])
