"""Makes untrusted text safe to show: control characters made visible, spreadsheet formulas disarmed, file names harmless.

HTML is escaped by the templates, Markdown in ``feedback_markdown``.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # the wide forms are read as formulas by some programs
_UNSAFE_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 80


def visible(text: str) -> str:
    """The text with control, direction-changing and unpaired characters written as escapes; line breaks and tabs stay."""
    return "".join(char if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cf", "Cs") else _escape(char) for char in text)


def one_line(text: str) -> str:
    """Visible text on one line."""
    return " ".join(visible(text).split())


def spreadsheet_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe is put before what could be one. ``from_spreadsheet_cell`` undoes it."""
    return f"'{text}" if _is_formula(text) or from_spreadsheet_cell(text) != text else text


def from_spreadsheet_cell(text: str) -> str:
    """Inverse of ``spreadsheet_cell``."""
    return text[1:] if text.startswith("'") and (_is_formula(text[1:]) or text[1:].startswith("'")) else text


def file_name(student: str) -> str:
    """A file name for a student's id: itself where that is harmless, else a cleaned form with a short hash, so that two never meet."""
    clean = _UNSAFE_IN_NAMES.sub("_", student).lstrip(".")[:_LONGEST_NAME]
    if clean == student and clean:
        return clean
    return f"{clean or 'student'}-{hashlib.sha256(student.encode('utf-8', 'backslashreplace')).hexdigest()[:8]}"


def _is_formula(text: str) -> bool:
    return text.lstrip(" ").startswith(_FORMULA_STARTS)


def _escape(char: str) -> str:
    return f"\\x{ord(char):02x}" if ord(char) < 0x100 else f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"
