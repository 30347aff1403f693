"""An exception of student code, as it crosses to the test: nearest builtin class, bounded message, the student's own frames."""

from __future__ import annotations

import builtins
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_MESSAGE = 600
MAX_FRAMES = 6
# Where an adapter lies beside foreign code.
ADAPTER_PACKAGE = "fairmark_adapter"
_CROSSING = (
    "ValueError",
    "TypeError",
    "RuntimeError",
    "NotImplementedError",
    "RecursionError",
    "IndexError",
    "KeyError",
    "LookupError",
    "AttributeError",
    "NameError",
    "ImportError",
    "ModuleNotFoundError",
    "ZeroDivisionError",
    "OverflowError",
    "ArithmeticError",
    "AssertionError",
    "OSError",
    "FileNotFoundError",
    "PermissionError",
    "MemoryError",
    "SyntaxError",
    "Exception",
)


@dataclass(frozen=True)
class StudentError:
    """What the test's side knows of an exception in student code.

    Attributes:
        ancestor: name of the nearest builtin class that crosses, ``ValueError``.
        name: the exception's own class name.
        message: bounded, one string.
        frames: the student's frames, outermost first, ``picollm/rmsnorm.py:12 in forward``.
        importing: True when the exercise's module could not be imported.
        module: for a missing module, its name.
        forbidden: for a forbidden library name, that name.
    """

    ancestor: str
    name: str
    message: str
    frames: tuple[str, ...] = ()
    importing: bool = False
    module: str = ""
    forbidden: str = ""

    @classmethod
    def of(cls, error: BaseException, root: Path, importing: bool) -> StudentError:
        """Describe ``error``; frames are those of files under ``root``."""
        names = [kind.__name__ for kind in type(error).__mro__ if kind.__name__ in _CROSSING]
        own = [error] if isinstance(error, SyntaxError) else []
        frames = [
            f"{_inside(entry.filename, root)}:{entry.lineno} in {entry.name}" for entry in _frames(error) if _inside(entry.filename, root)
        ]
        frames += [f"{_inside(str(item.filename), root)}:{item.lineno}" for item in own if _inside(str(item.filename), root)]
        module = error.name or "" if isinstance(error, ModuleNotFoundError) else ""
        return cls(
            ancestor=names[0] if names else "Exception",
            name=type(error).__name__[:80],
            message=_message(error),
            frames=tuple(frame[:200] for frame in frames[-MAX_FRAMES:]),
            importing=importing,
            module=str(module)[:120],
            forbidden=str(getattr(error, "forbidden_api", ""))[:120],
        )

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> StudentError:
        """From a worker's reply. Raises ValueError when a field is not what it should be: the worker may be hostile."""
        texts = {name: data[name] for name in ("ancestor", "name", "message", "module", "forbidden")}
        frames, importing = data["frames"], data["importing"]
        if not all(isinstance(text, str) for text in [*texts.values(), *frames]) or not isinstance(importing, bool):
            raise ValueError("an exception report with fields of the wrong type")
        if texts["ancestor"] not in _CROSSING:
            raise ValueError(f"an exception of class {texts['ancestor'][:40]!r}")
        bounded = {name: printable(text)[:MAX_MESSAGE] for name, text in texts.items()}
        return cls(frames=tuple(printable(frame)[:200] for frame in frames[:MAX_FRAMES]), importing=importing, **bounded)

    def exception(self) -> Exception:
        """The exception to raise on the test's side; it carries this description as ``.student_error``."""
        kind: type[Exception] = getattr(builtins, self.ancestor)
        error = kind(self.message)
        error.student_error = self  # type: ignore[attr-defined]
        return error


def printable(text: str) -> str:
    """``text`` with control characters (but newline and tab) replaced, so that it cannot steer a terminal."""
    return "".join(char if char.isprintable() or char in "\n\t" else "�" for char in text)


def _message(error: BaseException) -> str:
    try:
        return str(error)[:MAX_MESSAGE]
    except BaseException as failure:  # noqa: BLE001 - a student's __str__ may raise anything
        return f"(its message could not be read: {type(failure).__name__})"


def _frames(error: BaseException) -> traceback.StackSummary:
    return traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), lookup_lines=False)


def _inside(filename: str, root: Path) -> str:
    if filename.startswith("<"):  # no file: code made by exec, or the import system's own
        return ""
    try:
        inside = Path(filename).resolve().relative_to(root).as_posix() if filename else ""
    except (ValueError, OSError):
        return ""
    # In the student's folder the checks library lies beside the package, and an adapter beside foreign code: their frames say nothing.
    return "" if inside.startswith(("grader/", f"{ADAPTER_PACKAGE}/")) else inside
