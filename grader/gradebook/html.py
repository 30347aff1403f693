"""The template environment of the HTML pages: autoescape always on, an unknown name is an error, no network in any page."""

from __future__ import annotations

import functools
import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from grader.course.points import shown
from grader.gradebook.escape import one_line, visible

TEMPLATES = Path(__file__).parent / "templates"
_CODE = re.compile(r"`([^`]+)`")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


@functools.cache
def environment() -> Environment:
    """An environment with the filters ``points``, ``visible``, ``one_line`` and ``prose``; made once: compiling is slow."""
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"points": shown, "visible": visible, "one_line": one_line, "prose": prose}
    return made


def stylesheet(*names: str) -> str:
    """The named style sheets in one text."""
    return "\n".join((TEMPLATES / name).read_text(encoding="utf-8") for name in names)


def prose(text: str) -> Markup:
    """The course's own sentences: escaped, then ``code`` and **bold** marked up."""
    safe = _CODE.sub(r"<code>\1</code>", str(escape(text)))
    return Markup(_BOLD.sub(r"<b>\1</b>", safe))
