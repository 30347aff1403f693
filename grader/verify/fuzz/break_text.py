"""Python files and notebooks as no editor and no Jupyter would save them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

_CHARACTERS = ("\0", "\ufeff", "\x1a", "\x0c", "\r", "\t", "    ", "\\", '"""', "'", "\ud800", "“quotes”", "@deco", "<<<<<<< HEAD")
_LARGE = (
    "(" * 300, "[" * 5000, "-" * 20_000 + "1", "lambda: " * 500, "f'" + "{x}" * 500 + "'", "9" * 5000, "a = b = c = {}\n" * 300,
    "x" * 10_000,
)  # fmt: skip
_STATEMENTS = (
    "print 'x'", "exec 'x'", "from torch.nn import *", "import picollm.rmsnorm", "async", "yield", "return 1", "nonlocal x", "if x:",
    "x: int", "global RMSNorm", "del RMSNorm", "RMSNorm.forward = 1", "RMSNorm += 1", "class RMSNorm(RMSNorm): pass",
    "x = 1; y = 2; RMSNorm = 3", "match x:\n    case _: pass", "from __future__ import braces", "from __future__ import annotations",
    "raise SystemExit", "while True: pass",
)  # fmt: skip
_NOT_PYTHON = ("!rm -rf /", "%%bash", "%time x", "x = !ls", "help?", "    !ls \\")
_COOKIES = ("# coding: latin-1", "# coding: hex", "# coding: utf-7", "# coding: klingon", "# coding: unicode_escape")
_PIECES = (*_CHARACTERS, *_LARGE, *_STATEMENTS, *_NOT_PYTHON, *_COOKIES)
_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8-sig", "utf-32", "cp1252", "utf-7")


def break_source(random: Random, source: str) -> str:
    """The text with lines gone, moved, there again, or with foreign pieces between or in them."""
    lines = source.split("\n")
    for _ in range(random.randint(1, 5)):
        place = random.randrange(len(lines))
        what = random.randrange(5)
        if what == 0 and len(lines) > 1:
            del lines[place]
        elif what == 1:
            lines.insert(random.randrange(len(lines)), lines[place])
        elif what == 2:
            column = random.randint(0, len(lines[place]))
            lines[place] = lines[place][:column] + random.choice(_PIECES) + lines[place][column:]
        else:
            lines.insert(place, random.choice(_PIECES))
    return random.choice(("\n", "\n", "\r\n", "\r")).join(lines)


def encoded(random: Random, source: str) -> bytes:
    """The text in some encoding, mostly the right one."""
    name = random.choice(_ENCODINGS) if random.random() < 0.2 else "utf-8"
    return source.encode(name, "surrogatepass" if name.startswith("utf") and name != "utf-7" else "replace")


def notebook(cells: Sequence[str]) -> dict[str, Any]:
    """A notebook of these code cells as Jupyter saves it."""
    code = [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": cell.splitlines(True)} for cell in cells]
    prose = {"cell_type": "markdown", "metadata": {}, "source": ["# Work\n"]}
    language = {"kernelspec": {"name": "python3", "language": "python"}, "language_info": {"name": "python"}}
    return {"cells": [prose, *code], "metadata": language, "nbformat": 4, "nbformat_minor": 5}


def break_notebook(random: Random, book: dict[str, Any]) -> bytes:
    """The notebook as text, with one to four places of its JSON changed."""
    for _ in range(random.randint(1, 4)):
        _change(random, book)
    text = json.dumps(book, ensure_ascii=random.random() < 0.5)
    if random.random() < 0.15:
        place = random.randint(0, len(text))
        text = text[:place] + random.choice(("[" * 50_000, '{"a":' * 50_000, "1" * 6000, "NaN,", "\ufeff", '"', "}")) + text[place:]
    return encoded(random, text)


def _change(random: Random, book: dict[str, Any]) -> None:
    places = list(_places(book))
    container, key = random.choice(places)
    foreign: tuple[Callable[[], Any], ...] = (
        lambda: None,
        lambda: random.choice((0, -1, 1e308, True, "", "code", "R", [], {}, [[]], [None], {"cells": []})),
        lambda: break_source(random, str(container[key])),
        lambda: [container[key]] * random.choice((2, 5)),
        lambda: {"name": container[key]},
    )
    value = random.choice(foreign)()
    if random.random() < 0.2 and len(container) > 1:
        del container[key]
    else:
        container[key] = value


def _places(node: Any) -> list[tuple[Any, Any]]:
    """Every place in a tree of lists and dicts: the container and the key."""
    keys: Any = range(len(node)) if isinstance(node, list) else list(node) if isinstance(node, dict) else ()
    return [place for key in keys for place in [(node, key), *_places(node[key])]]
