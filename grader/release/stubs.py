"""A solution file becomes the file that students start from.

In a function a region becomes one ``raise NotImplementedError`` that names the exercise and the handout's section. In a class or a module
it is removed, with the blank lines above it where another blank line follows. Every other byte stays, imports included: those that only
the solution used tell students which tools the exercise is made for. An import that gives too much away belongs into a region of its own.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass

from grader.release.problem import Problem, ReleaseRefused
from grader.release.regions import Region, read_regions

# Python's own spelling of a line end; str.splitlines knows many more.
_LINE = re.compile(r"[^\n]*\n|[^\n]+$")


@dataclass(frozen=True)
class Stub:
    """A file for students.

    Attributes:
        text: the file.
        regions: what is missing in it, as it stands in the solution file.
    """

    text: str
    regions: tuple[Region, ...]


def make_stub(source: bytes, file: str, message_for: Callable[[Region], str]) -> Stub:
    """The stub of a solution file. ``message_for`` gives the message of a region that becomes a ``raise``.

    Raises ReleaseRefused for markers that cannot be trusted and for a stub that would not be Python.
    """
    text = _decode(source, file)
    regions = read_regions(text, file)
    lines = _LINE.findall(text)
    kept: list[str] = []
    position = 0
    for region in regions:
        kept += lines[position : region.begin - 1]
        marker_line = lines[region.begin - 1]
        position = region.end
        if region.in_function:
            kept.append(_raise(marker_line, message_for(region)))
        elif position == len(lines) or not lines[position].strip():
            while kept and not kept[-1].strip():
                kept.pop()
    kept += lines[position:]
    stub = "".join(kept)
    _check(stub, regions, file)
    return Stub(stub, regions)


def _raise(marker_line: str, message: str) -> str:
    indent = marker_line[: len(marker_line) - len(marker_line.lstrip())]
    line_end = "\r\n" if marker_line.endswith("\r\n") else "\n"
    quoted = '"' + message.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{indent}raise NotImplementedError({quoted}){line_end}"


def _decode(source: bytes, file: str) -> str:
    try:
        text = source.decode("utf-8")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise ReleaseRefused([Problem(file, line, "this is not UTF-8", "save the file as UTF-8")]) from None
    if text.startswith("\ufeff") or re.search(r"\r(?!\n)", text):
        what = "the file has a byte order mark, or line ends that editors and Python count differently"
        raise ReleaseRefused([Problem(file, 1, what, "save it as UTF-8 without a mark and with \\n line ends")])
    return text


def _check(stub: str, regions: tuple[Region, ...], file: str) -> None:
    try:
        ast.parse(stub)
    except SyntaxError as error:
        line = regions[0].begin if len(regions) == 1 else 0
        fix = "leave something outside the region that keeps the class, loop or module whole, such as a docstring"
        raise ReleaseRefused([Problem(file, line, f"without its regions the file is not Python: {error}", fix)]) from None
