"""Reads Python files without running them, and says in words of use to a student why one cannot be read."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass

_LONGEST_REASON = 200
# Not the escapes of a string, about which Python speaks of the unicodeescape codec.
_UNDECODABLE = re.compile(r"'(?!unicodeescape)[\w.-]+' codec can't decode")
_PYTHON_2 = ("Missing parentheses in call to", "multiple exception types must be parenthesized")


@dataclass(frozen=True)
class SyntaxFault:
    """Python source that cannot be parsed; only what needs it suffers. ``line`` is 0 when unknown."""

    path: str
    line: int
    message: str

    @property
    def told(self) -> str:
        """Where and what, as a sentence."""
        return f"{self.path}{f', line {self.line},' if self.line else ''} cannot be read by Python: {self.message}."


def parse(source: bytes | str, path: str) -> ast.Module | SyntaxFault:
    """The syntax tree of a Python file or of a piece of one, or why it has none. ``path`` is what it is called there.

    Parsing takes time that grows with the square of a file made for it: bound its size first.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except SyntaxError as error:
        return SyntaxFault(path, error.lineno or 0, _reason(error.msg))
    except ValueError as error:
        return SyntaxFault(path, 0, _reason(str(error)))
    except (RecursionError, MemoryError):
        return SyntaxFault(path, 0, "nested too deep to be read")


def _reason(said: str) -> str:
    """What Python says, or what to do where that helps nobody."""
    if "null bytes" in said:
        return "it holds NUL bytes, as a file saved as UTF-16 does; save it as UTF-8 in your editor"
    if _UNDECODABLE.search(said):
        return "its characters are not in the encoding that it should be in; save it as UTF-8 in your editor"
    if said.startswith(_PYTHON_2):
        return f"{said[:_LONGEST_REASON].rstrip('.')}; this looks like Python 2, and Python 3 is needed"
    return said[:_LONGEST_REASON]
