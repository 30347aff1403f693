"""The code cells of a Jupyter notebook, as text. What a notebook claims is checked; nothing in it is run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from grader.checks.home import MAX_MODULE_BYTES
from grader.intake.refused import Refused

# Pictures in outputs make notebooks large. Read into Python, JSON made for it takes about 30 times its size in memory.
MAX_NOTEBOOK_BYTES = 10 * 1024 * 1024
_AGAIN = "Open it in Jupyter, save it, and hand it in again."


def code_cells(path: Path, name: str) -> tuple[str, ...]:
    """The text of each code cell, in order. ``name`` is how messages call the notebook.

    Raises Refused for what is no notebook, or not one of Python, and for more code than a module may hold.
    """
    if path.stat().st_size > MAX_NOTEBOOK_BYTES:
        much = f"{name} has {path.stat().st_size:,} bytes, and a notebook may have {MAX_NOTEBOOK_BYTES:,}."
        raise Refused(f"{much} Clear all outputs in Jupyter, save it, and hand it in again.")
    try:
        data = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        raise Refused(f"{name} is damaged: it is called a notebook, and is not the JSON that a notebook is. {_AGAIN}") from None
    if not isinstance(data, dict) or not isinstance(data.get("cells", data.get("worksheets")), list):
        raise Refused(f"{name} is called a notebook, and holds no list of cells. {_AGAIN}")
    if "cells" not in data:
        raise Refused(f"{name} is a notebook in a format before version 4, which is not read here. {_AGAIN}")
    language = _language(data)
    if not language.lower().startswith("python"):
        raise Refused(f"{name} is a notebook for {language!r}, and Python is needed. Choose a Python kernel in Jupyter and save it.")
    cells = tuple(_text(cell) for cell in data["cells"] if isinstance(cell, dict) and cell.get("cell_type") == "code")
    size = sum(len(cell) for cell in cells)
    if size > MAX_MODULE_BYTES:
        raise Refused(
            f"{name} holds {size:,} characters of code, and a notebook may hold {MAX_MODULE_BYTES:,}. Leave out what is not asked for."
        )
    return cells


def _language(data: dict[str, Any]) -> str:
    metadata = data.get("metadata")
    for part, key in (("language_info", "name"), ("kernelspec", "language")):
        found = metadata.get(part) if isinstance(metadata, dict) else None
        language = found.get(key) if isinstance(found, dict) else None
        if isinstance(language, str) and language:
            return language[:40]
    return "python"


def _text(cell: dict[str, Any]) -> str:
    """The cell's source: one string, or a list of lines with their ends; what is neither holds no code."""
    source = cell.get("source")
    lines = [source] if isinstance(source, str) else source if isinstance(source, list) else []
    return "".join(line for line in lines if isinstance(line, str))
