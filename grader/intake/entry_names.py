"""Names inside archives: which can be written below a folder without leaving it or meeting each other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from grader.checks.tree import MAX_DEPTH
from grader.intake.refused import Refused

_MAX_PART_BYTES = 255
_MAX_NAME_BYTES = 1024
_SHOWN = 80
_DRIVE = re.compile(r"[A-Za-z]:")


def safe_parts(name: str) -> tuple[str, ...]:
    """The folders and the file of an archive entry. A backslash separates too: some Windows programs write it.

    Raises Refused for an absolute path, ``..``, characters that are not printed, and names that are too long or too deep.
    """
    shown = shown_name(name)
    if name.startswith(("/", "\\")) or _DRIVE.match(name):
        raise Refused(f"The archive holds {shown}, a path from the root of a disk. Zip the folder itself, or use make submit.")
    parts = tuple(part for part in re.split(r"[/\\]", name) if part not in ("", "."))
    if ".." in parts:
        raise Refused(f"The archive holds {shown}, a path that leads out of its own folder. Zip the folder itself, or use make submit.")
    if not parts or not name.isprintable() or not _is_text(name):
        raise Refused(f"The archive holds {shown}, a name that is not plain text. Rename the file, or use make submit.")
    if len(parts) > MAX_DEPTH or len(name.encode()) > _MAX_NAME_BYTES or max(len(part.encode()) for part in parts) > _MAX_PART_BYTES:
        raise Refused(f"The archive holds {shown}, a name that is too long or too deep. Use make submit.")
    return parts


def refuse_collisions(names: Iterable[tuple[str, ...]]) -> None:
    """Raises Refused when two entries would be one file, also where case, how accents are written, and dots at the end do not count."""
    files: dict[tuple[str, ...], tuple[str, ...]] = {}
    for parts in names:
        key = tuple(_folded(part) for part in parts)
        if key in files:
            one, other = shown_name("/".join(files[key])), shown_name("/".join(parts))
            what = f"{one} twice" if one == other else f"both {one} and {other}, one file on many computers"
            raise Refused(f"The archive holds {what}, and nobody can tell which one counts. Keep one and zip again.")
        files[key] = parts
    for key, parts in files.items():
        for depth in range(1, len(key)):
            if key[:depth] in files:
                raise Refused(f"The archive holds {shown_name('/'.join(parts[:depth]))} as a file and as a folder. Keep one and zip again.")


def _folded(part: str) -> str:
    # Windows drops dots and spaces at the end of a name.
    return unicodedata.normalize("NFC", part).casefold().rstrip(" .")


def shown_name(name: str) -> str:
    """A name as it may stand in a message: bounded, and without characters that do something to a terminal."""
    printable = "".join(character if character.isprintable() and _is_text(character) else "?" for character in name)
    return printable if len(printable) <= _SHOWN else f"{printable[:_SHOWN]}..."


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
