"""The markers of solution regions, read from Python's own tokens, and everything that looks like one and is not.

A marker is a comment alone on its line, exactly ``# BEGIN SOLUTION`` or ``# END SOLUTION``. A comment or string line that a person would
take for one stops the release, because a misread marker publishes a solution. Prose about solutions is left alone.
"""

from __future__ import annotations

import difflib
import io
import re
import tokenize
import unicodedata
from dataclasses import dataclass

from grader.release.problem import Problem, ReleaseRefused

BEGIN = "# BEGIN SOLUTION"
END = "# END SOLUTION"

_FIX = f"write exactly {BEGIN!r} or {END!r}, alone on its line; or reword it so that nobody takes it for a marker"
_BORDER_WORDS = ("begin", "end", "start", "stop", "finish", "begins", "ends")
_REAL_WORDS = frozenset({"evolution", "resolution"})
_STRING_EDGE = re.compile(r"^[A-Za-z]{0,2}[\"']+|[\"']+$")
# A comment of so few words is a label, not a sentence.
_LABEL_WORDS = 3


@dataclass(frozen=True)
class Marker:
    """One marker: ``line`` is 1-based, ``column`` 0-based."""

    begins: bool
    line: int
    column: int


def read_markers(source: str, file: str) -> tuple[Marker, ...]:
    """The markers of a Python file, in order. Raises ReleaseRefused for look-alikes and for a file that is not Python."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError) as error:
        raise ReleaseRefused([Problem(file, 0, f"this is not Python: {error}", "correct the file")]) from None
    markers = []
    problems = []
    for token in tokens:
        line, column = token.start
        if token.type == tokenize.COMMENT:
            alone = not token.line[:column].strip()
            if alone and token.string in (BEGIN, END):
                markers.append(Marker(token.string == BEGIN, line, column))
            elif comment_looks_like_marker(token.string):
                problems.append(Problem(file, line, f"this comment looks like a marker and is none: {token.string}", _FIX))
        elif _is_text(token):
            for offset, text in enumerate(token.string.split("\n")):
                if _string_line_looks_like_marker(text):
                    problems.append(Problem(file, line + offset, f"this line of a string looks like a marker: {text.strip()}", _FIX))
    if problems:
        raise ReleaseRefused(problems)
    return tuple(markers)


def comment_looks_like_marker(comment: str) -> bool:
    """Whether a person might have meant this comment as a marker."""
    words = _words(comment)
    lower = [word.casefold() for word in words]
    if len(words) <= 2 and any(word.isupper() and _near(word.casefold(), _BORDER_WORDS) for word in words):
        return True
    if re.search(r"(begin|end|start|stop)(the)?solution", "".join(lower)):
        return True
    for position, word in enumerate(lower):
        if not _means_solution(word):
            continue
        neighbours = lower[max(0, position - 2) : position] + lower[position + 1 : position + 3]
        if len(words) <= _LABEL_WORDS or words[position].isupper() or any(_near(neighbour, _BORDER_WORDS) for neighbour in neighbours):
            return True
    return False


def _is_text(token: tokenize.TokenInfo) -> bool:
    # From Python 3.12 on the literal parts of f-strings are tokens of their own.
    return token.type == tokenize.STRING or tokenize.tok_name[token.type].endswith("STRING_MIDDLE")


def _string_line_looks_like_marker(text: str) -> bool:
    bare = _STRING_EDGE.sub("", _STRING_EDGE.sub("", text.strip())).strip()
    words = [word.casefold() for word in _words(bare)]
    if len(words) > _LABEL_WORDS:
        return False  # a sentence that mentions a marker is text
    return any(_means_solution(word) for word in words) and any(_near(word, _BORDER_WORDS) for word in words)


def _words(text: str) -> list[str]:
    visible = "".join(character for character in unicodedata.normalize("NFKC", text) if unicodedata.category(character) != "Cf")
    return re.findall(r"[^\W\d_]+", visible)


def _means_solution(word: str) -> bool:
    return word not in _REAL_WORDS and _near(word, ("solution", "solutions"))


def _near(word: str, words: tuple[str, ...]) -> bool:
    return bool(difflib.get_close_matches(word, words, n=1, cutoff=0.79))
